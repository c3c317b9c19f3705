/** Loads files, and retries while the server cannot be reached. */
import { server } from './server';

/** A file could not be loaded; the message says why. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}

/**
 * Delays between attempts, in milliseconds, while the page seems to be connected but cannot load a
 * file. Together they are longer than it takes to notice that the connection has failed.
 */
export const RETRY_DELAYS_MS: readonly number[] = [500, 1000, 2000, 4000, 8000, 8000];

const UNREACHABLE = 'the server can’t be reached.';

const sleep = (ms = 0) => new Promise<false>((resolve) => setTimeout(resolve, ms, false));

/**
 * Calls `load`, which loads a file. If it fails because of the network, calls it again: after a
 * delay, or when the page has reconnected.
 *
 * `urlOf` returns the URL of the file that an error is about; undefined if the error has nothing
 * to do with loading a file, and is thrown to the caller. Throws `LoadError` if the file is missing
 * or the retries are used up.
 */
export async function withRetry<T>(
  load: () => Promise<T> | T,
  urlOf: (error: unknown) => string | undefined = urlOfBundlePart,
): Promise<T> {
  for (let tries = 0; ; ) {
    try {
      return await load();
    } catch (error) {
      const url = urlOf(error);
      if (url === undefined) {
        throw error;
      }
      server.onLoadFailure();
      const reconnected = server.reconnected();
      const reason = await Promise.race([reconnected, whyMissing(url)]);
      const isLast = server.connected && reason !== true && tries === RETRY_DELAYS_MS.length;
      if (typeof reason === 'string' || isLast) {
        const why = reason ?? UNREACHABLE;
        throw new LoadError(`${fileName(url)} could not be loaded: ${why}`, { cause: error });
      }
      const hasReconnected = server.connected
        ? await Promise.race([reconnected, sleep(RETRY_DELAYS_MS[tries])])
        : await reconnected;
      tries = hasReconnected ? 0 : tries + 1;
    }
  }
}

/** Returns the URL in an error with which webpack and rspack report a missing part of a bundle. */
function urlOfBundlePart(error: unknown): string | undefined {
  if (error instanceof Error && error.name === 'ChunkLoadError') {
    return (error as { request?: string }).request;
  }
  return undefined;
}

/** Returns why a file cannot be loaded; undefined if only the network seems to have failed. */
async function whyMissing(url: string): Promise<string | undefined> {
  if (new URL(url, document.baseURI).origin !== location.origin) {
    return 'it is on another server, which can’t be reached or may not serve scripts to this page.';
  }
  let response: Response;
  try {
    response = await fetch(url, { method: 'HEAD', cache: 'no-store' });
  } catch {
    return undefined;
  }
  if (response.status === 404) {
    return 'it was not found (404). If its package has been updated, reload the page.';
  }
  // Proxies answer with these while the server behind them restarts.
  const temporary = response.status === 429 || (response.status >= 502 && response.status <= 504);
  if (temporary) {
    return undefined;
  }
  return response.ok ? undefined : `the server answered with status ${response.status}.`;
}

function fileName(url: string): string {
  return new URL(url, document.baseURI).pathname.split('/').pop() ?? url;
}
