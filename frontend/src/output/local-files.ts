/**
 * Makes HTML load files of well-known packages from the server instead of a CDN, so that folium's
 * maps, for example, work without the internet. build/cdn.ts lists the files.
 */

/** The packages, and the major version of each that the server has. */
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

/** URL patterns of CDNs, and the path of the file as jsDelivr writes it, which the server follows. */
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

/** Returns the URL at which the server has a CDN's file; undefined if it does not have it. */
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

/** Makes the scripts and style sheets below a node come from the server, if it has them. */
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
    // The digest of the CDN's file: the server's file may have another minor version.
    element.removeAttribute('integrity');
    element.removeAttribute('crossorigin');
  }
}
