/** Loads code that is not there from the start, patiently: lines break, and come back. */

/** A file that could not be had, and why. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}

/** What the page's connection knows of the server. */
class Server {
  /** Told that something could not be had: the connection may be dead without knowing it. */
  onDoubt: () => void = () => undefined;
  private isConnected = true;
  private waiting: ((isBack: true) => void)[] = [];

  get connected(): boolean {
    return this.isConnected;
  }

  set connected(connected: boolean) {
    const isBack = connected && !this.isConnected;
    this.isConnected = connected;
    if (isBack) {
      this.waiting.splice(0).forEach((resolve) => resolve(true));
    }
  }

  /** Is settled when the page is connected again, after the present loss or the next one. */
  back(): Promise<true> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

export const server = new Server();

/**
 * How long to wait before the next tries while a page that seems to be connected can't have a
 * file, in milliseconds; in all, longer than it takes to find out that the connection is dead.
 */
export const RETRY_DELAYS_MS: readonly number[] = [500, 1000, 2000, 4000, 8000, 8000];

const UNREACHABLE = 'the server can’t be reached.';

const sleep = (ms = 0) => new Promise<false>((resolve) => setTimeout(resolve, ms, false));

/**
 * Does something that loads a file; `urlOf` tells from an error which one failed, if one did. If
 * only the line is broken it tries again: now and then, or once the page is connected again.
 */
export async function patiently<T>(
  load: () => Promise<T> | T,
  urlOf: (error: unknown) => string | undefined = urlOfPart,
): Promise<T> {
  for (let tries = 0; ; ) {
    try {
      return await load();
    } catch (error) {
      const url = urlOf(error);
      if (url === undefined) {
        throw error;
      }
      server.onDoubt();
      const back = server.back();
      const reason = await Promise.race([back, whyMissing(url)]);
      const isLast = server.connected && reason !== true && tries === RETRY_DELAYS_MS.length;
      if (typeof reason === 'string' || isLast) {
        const why = reason ?? UNREACHABLE;
        throw new LoadError(`${nameOf(url)} could not be loaded: ${why}`, { cause: error });
      }
      const isBack = server.connected
        ? await Promise.race([back, sleep(RETRY_DELAYS_MS[tries])])
        : await back;
      tries = isBack ? 0 : tries + 1;
    }
  }
}

/** Imports a chunk of the page's own code: `fetchChunk(() => import(…))`. */
export function fetchChunk<T>(load: () => Promise<T>): Promise<T> {
  let failed: string | undefined;
  return patiently(
    async () => {
      if (failed !== undefined) {
        await reloadStyles();
      }
      return load();
    },
    (error) => (failed = urlOfChunk(error)),
  );
}

/** The style sheets that imports have added, as Vite makes them. */
const IMPORTED = 'link[rel=stylesheet][crossorigin=""]';

/** Loads the style sheets that did not come: with its second try, an import would do without. */
async function reloadStyles(): Promise<void> {
  const links = [...document.head.querySelectorAll<HTMLLinkElement>(IMPORTED)];
  await Promise.all(links.filter(({ sheet }) => sheet === null).map(reloadStyle));
}

function reloadStyle(link: HTMLLinkElement): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = link.cloneNode() as HTMLLinkElement;
    next.onload = () => resolve();
    next.onerror = () => reject(new Error(`Unable to preload CSS for ${next.href}`));
    link.replaceWith(next);
  });
}

/** The file of an error by which a browser, or what Vite adds, says that an import has failed. */
function urlOfChunk(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  const named = /(?:dynamically imported module|preload CSS for):? (\S+)/.exec(message);
  if (named !== null) {
    return named[1];
  }
  // Safari does not tell which file; whether the server is there, any address can.
  return message === 'Importing a module script failed.' ? document.baseURI : undefined;
}

/** The file of an error by which webpack and rspack say that a part of a bundle did not come. */
function urlOfPart(error: unknown): string | undefined {
  if (error instanceof Error && error.name === 'ChunkLoadError') {
    return (error as { request?: string }).request;
  }
  return undefined;
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

function nameOf(url: string): string {
  return new URL(url, document.baseURI).pathname.split('/').pop() ?? url;
}
