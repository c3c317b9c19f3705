/** Loads classic scripts and stylesheets, patiently. */

/** A file of a widget library that could not be had, and why. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}

/** How long to wait before the next tries while the server can't be reached, in milliseconds. */
export const RETRY_DELAYS_MS: readonly number[] = [500, 1000, 2000, 4000, 8000];

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Loads a script. While the server can't be reached it tries again for some seconds: lines break
 * now and then, and a page that connects again should not keep a broken widget.
 */
export async function loadScript(url: string): Promise<void> {
  await patiently(() => tryScript(url), () => url);
}

/** Loads scripts that build on each other: all at the same time, but each runs after the last. */
export async function loadInOrder(urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    const hint = document.createElement('link');
    Object.assign(hint, { rel: 'preload', as: 'script', href: url });
    document.head.append(hint);
  }
  for (const url of urls) {
    await loadScript(url);
  }
}

/** Does something that loads a file; `urlOf` tells from an error which one failed, if one did. */
export async function patiently<T>(
  load: () => Promise<T> | T,
  urlOf: (error: unknown) => string | undefined = urlOfChunk,
): Promise<T> {
  for (const delay of [...RETRY_DELAYS_MS, undefined]) {
    try {
      return await load();
    } catch (error) {
      const url = urlOf(error);
      if (url === undefined) {
        throw error;
      }
      const reason = await whyMissing(url);
      if (reason !== undefined || delay === undefined) {
        throw new LoadError(`${nameOf(url)} could not be loaded: ${reason ?? UNREACHABLE}`, {
          cause: error,
        });
      }
      await sleep(delay);
    }
  }
  throw new Error('unreachable');
}

const UNREACHABLE = 'the server can’t be reached.';

function tryScript(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.onload = () => resolve();
    script.onerror = () => {
      script.remove();
      reject(new Error(`The script ${url} could not be loaded.`));
    };
    document.head.append(script);
  });
}

/** Tells why a file can't be had for good; undefined where only the line seems to be broken. */
async function whyMissing(url: string): Promise<string | undefined> {
  if (new URL(url, document.baseURI).origin !== location.origin) {
    return 'it lies on another server, which can’t be reached or is not allowed to give scripts.';
  }
  let answer: Response;
  try {
    answer = await fetch(url, { method: 'HEAD', cache: 'no-store' });
  } catch {
    return undefined;
  }
  if (answer.status === 404) {
    return 'it is not there (404). If its package has been updated, load the page again.';
  }
  // A proxy answers so while the server behind it starts anew.
  const passing = answer.status === 429 || (answer.status >= 502 && answer.status <= 504);
  if (passing) {
    return undefined;
  }
  return answer.ok ? undefined : `the server answers with status ${answer.status}.`;
}

/** The file of an error by which webpack and rspack say that a part of a bundle did not come. */
function urlOfChunk(error: unknown): string | undefined {
  if (error instanceof Error && error.name === 'ChunkLoadError') {
    return (error as { request?: string }).request;
  }
  return undefined;
}

function nameOf(url: string): string {
  return new URL(url, document.baseURI).pathname.split('/').pop() ?? url;
}
