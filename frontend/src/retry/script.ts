/** Loads classic scripts, with retries. */
import { withRetry } from './retry';

/** Loads a script, and retries while the server cannot be reached. */
export async function loadScript(url: string): Promise<void> {
  await withRetry(() => tryScript(url), () => url);
}

/** Loads scripts that depend on each other: in parallel, but each runs after the one before it. */
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
