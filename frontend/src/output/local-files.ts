/**
 * Files of well-known packages that HTML would load from a CDN, and that the server has itself
 * (build/cdn.ts lists them): maps of folium for one need no internet then.
 */

/** The packages, in the major version that the server has. */
const PACKAGES: Record<string, string> = {
  '@fortawesome/fontawesome-free': '6',
  bootstrap: '5',
  'bootstrap-glyphicons': '3',
  folium: '0',
  jquery: '3',
  leaflet: '1',
  'leaflet.awesome-markers': '2',
  'leaflet.markercluster': '1',
};

/** How CDNs spell the file of a package, and how jsDelivr does, which the server follows. */
const SPELLINGS: [RegExp, string][] = [
  [/^https:\/\/(?:cdn\.jsdelivr\.net\/npm|unpkg\.com)\/((?:@[\w-]+\/)?[\w.-]+)@([\d.]+)\/(.+)$/, '$1@$2/$3'],
  [/^https:\/\/code\.jquery\.com\/jquery-([\d.]+?)(?:\.slim)?(?:\.min)?\.js$/, 'jquery@$1/dist/jquery.min.js'],
  [
    /^https:\/\/cdnjs\.cloudflare\.com\/ajax\/libs\/Leaflet\.awesome-markers\/([\d.]+)\/(.+)$/,
    'leaflet.awesome-markers@$1/dist/$2',
  ],
  [
    /^https:\/\/cdnjs\.cloudflare\.com\/ajax\/libs\/leaflet\.markercluster\/([\d.]+)\/(.+)$/,
    'leaflet.markercluster@$1/dist/$2',
  ],
  [
    /^https:\/\/\w+\.bootstrapcdn\.com\/bootstrap\/(3[\d.]*)\/css\/bootstrap-glyphicons\.(?:min\.)?css$/,
    'bootstrap-glyphicons@$1/css/bootstrap-glyphicons.css',
  ],
  [
    /^https:\/\/cdn\.jsdelivr\.net\/gh\/python-visualization\/folium\/folium\/templates\/leaflet\.awesome\.rotate\.(?:min\.)?css$/,
    'folium@0/leaflet.awesome.rotate.css',
  ],
];

/** Returns where the server has a file of a CDN; undefined where it has not. */
export function localAddress(url: string, base: string): string | undefined {
  for (const [pattern, spelling] of SPELLINGS) {
    if (!pattern.test(url)) {
      continue;
    }
    const path = url.replace(pattern, spelling);
    const [, name, version] = /^((?:@[\w-]+\/)?[\w.-]+)@([\d.]+)\//.exec(path) ?? [];
    const major = name !== undefined && Object.hasOwn(PACKAGES, name) ? PACKAGES[name] : undefined;
    if (major !== undefined && version?.split('.')[0] === major) {
      return `${base}_solara/cdn/${path}`;
    }
  }
  return undefined;
}

/** Has the scripts and stylesheets below a node come from the server, where it has them. */
export function localize(root: ParentNode, base: string): void {
  for (const script of root.querySelectorAll<HTMLScriptElement>('script[src]')) {
    replace(script, 'src', base);
  }
  for (const link of root.querySelectorAll<HTMLLinkElement>('link[href]')) {
    replace(link, 'href', base);
  }
}

function replace(element: HTMLElement, attribute: 'src' | 'href', base: string): void {
  const local = localAddress(element.getAttribute(attribute) ?? '', base);
  if (local !== undefined) {
    element.setAttribute(attribute, local);
    // A digest of the CDN's file; the server's may be of another minor version.
    element.removeAttribute('integrity');
    element.removeAttribute('crossorigin');
  }
}
