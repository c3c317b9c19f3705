/** Loads classic scripts, patiently. */
import { patiently } from '.';

/** Loads a script, and tries again while the server can't be reached. */
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
