/** Loads chunks of the page's own code. */
import { withRetry } from './retry';

/** Imports a chunk of the page's own code, with retries: `fetchChunk(() => import(…))`. */
export function fetchChunk<T>(load: () => Promise<T>): Promise<T> {
  let failed: string | undefined;
  return withRetry(
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

/** Reloads style sheets that failed to load: the second attempt of an import would skip them. */
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

/** Returns the URL in an error with which a browser or Vite reports that an import failed. */
function urlOfChunk(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  const named = /(?:dynamically imported module|preload CSS for):? (\S+)/.exec(message);
  if (named !== null) {
    return named[1];
  }
  // Safari does not name the file. Any URL shows whether the server can be reached.
  return message === 'Importing a module script failed.' ? document.baseURI : undefined;
}
