/**
 * Finishes a build: compresses the files with brotli and gzip, so that the server does not have to,
 * and replaces the published bundle at once, even while a server is running.
 */
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const COMPRESSIBLE = new Set(['.js', '.css', '.html', '.json', '.svg', '.ttf', '.eot', '.map']);
const MIN_BYTES = 512;

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

async function compressFile(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < MIN_BYTES) {
    return;
  }
  const [brotli, gzipped] = await Promise.all([
    toBrotli(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
    toGzip(content, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  await Promise.all([writeFile(`${path}.br`, brotli), writeFile(`${path}.gz`, gzipped)]);
}

async function compressAll(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const chosen = files.filter((name) => COMPRESSIBLE.has(extname(name)));
  await Promise.all(chosen.map((name) => compressFile(join(folder, name))));
}

async function replaceFolder(built: string, target: string): Promise<void> {
  const old = `${built}-old`;
  await rm(old, { recursive: true, force: true });
  await rename(target, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') {
      throw error;
    }
  });
  await rename(built, target);
  await rm(old, { recursive: true, force: true });
}

/** `folder` is where the bundle is built, below the root; `target` is where it is published. */
export function publish(folder: string, target: string): Plugin {
  let built = '';
  let failed = false;
  return {
    name: 'sundog-publish',
    apply: 'build',
    configResolved(config) {
      built = resolve(config.root, folder);
    },
    buildEnd(error) {
      failed = error !== undefined;
    },
    renderError() {
      failed = true;
    },
    async closeBundle() {
      if (!failed) {
        await Promise.all([compressAll(join(built, 'assets')), compressAll(join(built, 'cdn'))]);
        await replaceFolder(built, target);
      }
    },
  };
}
