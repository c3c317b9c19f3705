import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { cdn } from './build/cdn.ts';
import { oldIcons } from './build/old-icons.ts';
import { publish } from './build/publish.ts';
import { replaceImport } from './build/replace-import.ts';
import { startChunk } from './build/start-chunk.ts';
import { woff2Only } from './build/woff2-only.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const source = (path: string) => here(`./src/${path}`);

/** Returns the name of a source file for source maps; the bundle is built in `node_modules`. */
const nameOfSource = (path: string) => {
  const bare = path.replace(/^(\.\.\/)+/, '');
  return bare.startsWith('src/') ? `frontend/${bare}` : `node_modules/${bare}`;
};

/** The folder in which the bundle is built, until it is complete. */
const BUILT = 'node_modules/.bundle';

/**
 * There are two builds: for pages in production, and, with `--mode debug`, for pages whose app is
 * being developed. The second one runs last, inside the first, and publishes both.
 */
export default defineConfig(({ command, mode }) => {
  const debug = mode === 'debug';
  return {
    // Relative URLs, so that the bundle works below any root path.
    base: './',
    publicDir: false,
    plugins: [
      // sanitize-html is larger than all of base-manager. JupyterLab's own code keeps it.
      replaceImport('sanitize-html', '/@jupyter-widgets/base-manager/', source('widgets/sanitize.ts')),
      woff2Only(),
      oldIcons(here('./node_modules')),
      debug ? publish(BUILT, here('../src/sundog/static')) : cdn(here('./node_modules')),
    ],
    define: {
      // The tests cover both builds.
      __DEVELOPMENT__: String(debug || command === 'serve'),
      'process.env.NODE_ENV': '"production"',
      'process.env': '{}',
      // Bundled modules must not register with require.js if a page has it.
      'define.amd': 'false',
    },
    build: {
      outDir: debug ? `${BUILT}/debug` : BUILT,
      emptyOutDir: true,
      manifest: true,
      license: !debug,
      minify: !debug,
      sourcemap: debug,
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 1024,
      chunkSizeWarningLimit: debug ? 4000 : 700,
      reportCompressedSize: false,
      rolldownOptions: {
        input: {
          main: source('main.ts'),
          ...(debug ? {} : { export: source('export/main.ts') }),
        },
        output: {
          codeSplitting: {
            groups: [startChunk([source('main.ts'), source('bundled/controls.ts')])],
          },
          // The names of the original files in browsers' tools.
          sourcemapPathTransform: nameOfSource,
        },
        onLog(level, log, handle) {
          // JupyterLab uses eval in code for node.
          if (log.code !== 'EVAL' || !log.id?.includes('@jupyterlab/coreutils')) {
            handle(level, log);
          }
        },
      },
    },
  };
});
