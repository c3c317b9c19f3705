/** Hints on how to install a widget library that the server does not have. */

// Python packages whose name differs from the name of their widgets' module.
const PACKAGES: Record<string, string> = {
  '@bokeh/jupyter_bokeh': 'jupyter_bokeh',
  '@bqplot/bqplot': 'bqplot',
  '@deck.gl/jupyter-widget': 'pydeck',
  '@perspective-dev/jupyterlab': 'perspective-python',
  '@finos/perspective-jupyterlab': 'perspective-python',
  '@widgetti/jupyter-react': 'ipyreact',
  'jupyter-cytoscape': 'ipycytoscape',
  'jupyter-datawidgets': 'ipydatawidgets',
  'jupyter-leaflet': 'ipyleaflet',
  'jupyter-matplotlib': 'ipympl',
  'jupyter-threejs': 'pythreejs',
  'jupyter-vega3': 'vega',
  'jupyter-vue': 'ipyvue',
  'jupyter-vuetify': 'ipyvuetify',
  'jupyter-webrtc': 'ipywebrtc',
  'jupyterlab-plotly': 'plotly anywidget',
  'nglview-js-widgets': 'nglview',
  plotlywidget: 'plotly anywidget',
};

/** Returns what to install; most packages have the name of their module. */
export function installHint(module: string): string {
  const known = Object.hasOwn(PACKAGES, module) ? PACKAGES[module] : undefined;
  const guess = known ?? (/^[A-Za-z][\w.-]*$/.test(module) ? module : undefined);
  const command = guess === undefined ? '' : `: pip install --force-reinstall ${guess}`;
  return (
    `Install the widget's Python package in the environment of the server${command}. Then reload ` +
    'this page. “sundog doctor” lists the widget libraries that are installed.'
  );
}
