import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { cdn } from './build/cdn.ts';
import { publish } from './build/publish.ts';
import { replaceImport } from './build/replace-import.ts';
import { startChunk } from './build/start-chunk.ts';
import { woff2Only } from './build/woff2-only.ts';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  // Relative, so that the same bundle works below any root path.
  base: './',
  publicDir: false,
  plugins: [
    // sanitize-html is larger than all of base-manager; JupyterLab's own code keeps the real one.
    replaceImport('sanitize-html', '/@jupyter-widgets/base-manager/', source('sanitize.ts')),
    woff2Only(),
    cdn(fileURLToPath(new URL('./node_modules', import.meta.url))),
    publish(fileURLToPath(new URL('../src/sundog/static', import.meta.url))),
  ],
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env': '{}',
    // What is bundled must not turn to require.js, once a page has it.
    'define.amd': 'false',
  },
  build: {
    // Out of sight until it is whole.
    outDir: 'node_modules/.bundle',
    emptyOutDir: true,
    manifest: true,
    license: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 1024,
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { main: source('main.ts'), export: source('export/main.ts') },
      output: {
        codeSplitting: { groups: [startChunk([source('main.ts'), source('bundled/controls.ts')])] },
      },
      onLog(level, log, handle) {
        // JupyterLab's own, for code that runs in node.
        if (log.code !== 'EVAL' || !log.id?.includes('@jupyterlab/coreutils')) {
          handle(level, log);
        }
      },
    },
  },
});
