/**
 * Copies files of npm packages that solara-ui's components and HTML (such as folium's maps) would
 * fetch from a CDN. The server serves them below `_solara/cdn/`.
 */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { writeIconStyles } from './icon-styles.ts';

/** The files of each package. A name that ends with a slash is a folder. */
const FILES: Record<string, string[]> = {
  '@fortawesome/fontawesome-free': ['css/all.min.css', 'webfonts/'],
  '@widgetti/solara-milkdown': ['dist/index.min.js'],
  bootstrap: ['dist/css/bootstrap.min.css', 'dist/js/bootstrap.bundle.min.js'],
  codemirror: [
    'addon/hint/show-hint.css',
    'addon/hint/show-hint.js',
    'addon/hint/sql-hint.js',
    'lib/codemirror.css',
    'lib/codemirror.js',
    'mode/sql/sql.js',
  ],
  echarts: ['dist/echarts.min.js'],
  jquery: ['dist/jquery.min.js'],
  katex: [
    'dist/contrib/auto-render.min.js',
    'dist/fonts/',
    'dist/katex.min.css',
    'dist/katex.min.js',
  ],
  leaflet: [
    'dist/images/layers-2x.png',
    'dist/images/layers.png',
    'dist/images/marker-icon-2x.png',
    'dist/images/marker-icon.png',
    'dist/images/marker-shadow.png',
    'dist/leaflet.css',
    'dist/leaflet.js',
  ],
  'leaflet.awesome-markers': [
    'dist/images/markers-matte.png',
    'dist/images/markers-matte@2x.png',
    'dist/images/markers-plain.png',
    'dist/images/markers-shadow.png',
    'dist/images/markers-shadow@2x.png',
    'dist/images/markers-soft.png',
    'dist/images/markers-soft@2x.png',
    'dist/leaflet.awesome-markers.css',
    'dist/leaflet.awesome-markers.js',
  ],
  'leaflet.markercluster': [
    'dist/MarkerCluster.Default.css',
    'dist/MarkerCluster.css',
    'dist/leaflet.markercluster.js',
  ],
  mermaid: ['dist/mermaid.min.js'],
  requirejs: ['require.js'],
  vega: ['build/vega.min.js'],
  'vega-embed': ['build/vega-embed.min.js'],
  'vega-lite': ['build/vega-lite.min.js'],
};

/** The draggable grid that solara-ui asks for, for Vue 2, and the same grid for Vue 3. */
const GRID = '@widgetti/vue-grid-layout/dist/vue-grid-layout.umd.min.js';
const GRID_3 = 'grid-layout-plus/dist/grid-layout-plus.js';

/** Returns a module with both grids, which uses the one for the page's version of Vue. */
export function eitherGrid(forVue2: string, forVue3: string): string {
  return `define(['vue'], function (Vue) {
  // jupyter-vue 3 only provides the global name.
  Vue = Vue || globalThis.Vue;
  if (Vue.version && Vue.version.startsWith('3.')) {
${forVue3}
    return GridLayoutPlus;
  }
  var made;
  function define(names, factory) { made = factory(Vue); }
  define.amd = {};
${forVue2}
  return made;
});
`;
}

/** The names of packages that are installed in a second version. */
const INSTALLED_AS: Record<string, string> = {
  '@fortawesome/fontawesome-free': 'fontawesome-6',
};

async function listed(source: string, name: string): Promise<string[]> {
  if (!name.endsWith('/')) {
    return [name];
  }
  const files = await readdir(join(source, name));
  // Every browser supports this font format.
  return files.filter((file) => file.endsWith('.woff2')).map((file) => name + file);
}

export function cdn(modules: string): Plugin {
  let target = '';
  return {
    name: 'sundog-cdn',
    apply: 'build',
    configResolved(config) {
      target = resolve(config.root, config.build.outDir, 'cdn');
    },
    async writeBundle() {
      const read = (path: string) => readFile(join(modules, path), 'utf8');
      try {
        const to = join(target, GRID);
        await mkdir(dirname(to), { recursive: true });
        await writeFile(to, eitherGrid(await read(GRID), await read(GRID_3)));
      } catch {
        this.warn(`${GRID_3} is missing: run scripts/npm ci --ignore-scripts`);
      }
      for (const [pack, names] of Object.entries(FILES)) {
        const source = join(modules, INSTALLED_AS[pack] ?? pack);
        for (const name of names) {
          for (const file of await listed(source, name).catch(() => [name])) {
            const to = join(target, pack, file);
            await mkdir(dirname(to), { recursive: true });
            await copyFile(join(source, file), to).catch(() => {
              this.warn(`${pack}/${file} is missing: run scripts/npm ci --ignore-scripts`);
            });
          }
        }
      }
      await writeIconStyles(modules, target);
    },
  };
}
