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

/** Names a file from this folder or from a package; the bundle is built among the packages. */
const nameOfSource = (path: string) => {
  const bare = path.replace(/^(\.\.\/)+/, '');
  return bare.startsWith('src/') ? `frontend/${bare}` : `node_modules/${bare}`;
};

/** Out of sight until it is whole. */
const BUILT = 'node_modules/.bundle';

/**
 * Two builds: what pages load in production, and, with `--mode debug`, what they load while their
 * app is being developed. The second is run last, inside of the first, and puts both in place.
 */
export default defineConfig(({ command, mode }) => {
  const debug = mode === 'debug';
  return {
    // Relative, so that the same bundle works below any root path.
    base: './',
    publicDir: false,
    plugins: [
      // sanitize-html is larger than all of base-manager; JupyterLab's own code keeps the real one.
      replaceImport('sanitize-html', '/@jupyter-widgets/base-manager/', source('widgets/sanitize.ts')),
      woff2Only(),
      oldIcons(here('./node_modules')),
      debug ? publish(BUILT, here('../src/sundog/static')) : cdn(here('./node_modules')),
    ],
    define: {
      // Tests are of both.
      __DEVELOPMENT__: String(debug || command === 'serve'),
      'process.env.NODE_ENV': '"production"',
      'process.env': '{}',
      // What is bundled must not turn to require.js, once a page has it.
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
          // What tools show as the names of the original files.
          sourcemapPathTransform: nameOfSource,
        },
        onLog(level, log, handle) {
          // JupyterLab's own, for code that runs in node.
          if (log.code !== 'EVAL' || !log.id?.includes('@jupyterlab/coreutils')) {
            handle(level, log);
          }
        },
      },
    },
  };
});
