/** What a user can do about a widget library that the server does not have. */

// Where the package of Python is named otherwise than its widgets' module.
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

/** Says what to install; most packages have the name of their module. */
export function installHint(module: string): string {
  const known = Object.hasOwn(PACKAGES, module) ? PACKAGES[module] : undefined;
  const guess = known ?? (/^[A-Za-z][\w.-]*$/.test(module) ? module : undefined);
  const command = guess === undefined ? '' : `: pip install --force-reinstall ${guess}`;
  return (
    'Install the Python package that this widget comes from in the environment of the server, ' +
    `with all of its files${command} (“sundog doctor” says what is there), and load the page again.`
  );
}
