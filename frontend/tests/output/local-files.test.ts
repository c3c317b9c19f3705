import { expect, test } from 'vitest';
import { localAddress } from '../../src/output/local-files';

test.each([
  ['https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js', 'leaflet@1.9.3/dist/leaflet.js'],
  ['https://unpkg.com/leaflet@1.9.4/dist/leaflet.css', 'leaflet@1.9.4/dist/leaflet.css'],
  ['https://code.jquery.com/jquery-3.7.1.min.js', 'jquery@3.7.1/dist/jquery.min.js'],
  [
    'https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@6.2.0/css/all.min.css',
    '@fortawesome/fontawesome-free@6.2.0/css/all.min.css',
  ],
  [
    'https://netdna.bootstrapcdn.com/bootstrap/3.0.0/css/bootstrap-glyphicons.css',
    'bootstrap-glyphicons@3.0.0/css/bootstrap-glyphicons.css',
  ],
  [
    'https://cdnjs.cloudflare.com/ajax/libs/leaflet.markercluster/1.1.0/leaflet.markercluster.js',
    'leaflet.markercluster@1.1.0/dist/leaflet.markercluster.js',
  ],
  [
    'https://cdn.jsdelivr.net/gh/python-visualization/folium/folium/templates/leaflet.awesome.rotate.min.css',
    'folium@0/leaflet.awesome.rotate.css',
  ],
])('%s is a file on the server', (url, path) => {
  expect(localAddress(url, '/app/')).toBe(`/app/_solara/cdn/${path}`);
});

test.each([
  'https://cdn.jsdelivr.net/npm/bootstrap@4.6.2/dist/js/bootstrap.bundle.min.js',
  'https://cdn.jsdelivr.net/npm/toString@1.0.0/x.js',
  'https://example.org/leaflet@1.9.3/dist/leaflet.js',
  'https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@5.15.4/css/all.min.css',
  'https://code.jquery.com/ui/1.13.0/jquery-ui.min.js',
])('%s is not a file on the server', (url) => {
  expect(localAddress(url, '/')).toBeUndefined();
});
