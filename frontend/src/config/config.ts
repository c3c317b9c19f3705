/** The configuration that the server has written into the page. */

export interface Config {
  kernel: string;
  page: string;
  /** Proves that the page is of its session, where the browser has no cookie for it. */
  token?: string;
  /** The path below which the server serves everything, without a slash at the end. */
  root: string;
  mode: 'development' | 'production';
  theme: 'light' | 'dark' | 'auto';
  /** What the page does when its kernel has ended. */
  expired: 'ask' | 'restart';
  /** The URL that opens a file in an editor, with `{path}` and `{line}` in it. */
  editor?: string;
  /** The URL of the list of installed widget extensions. */
  extensions: string;
  /** Whether the app is made of Solara components. */
  solara?: boolean;
  /** The id of the only model that the page shows; empty for the whole app. */
  widget?: string;
  /** The path of the app below the root, if the server serves several apps. */
  mount?: string;
}

/** Throws an `Error` if the page has no configuration. */
export function readConfig(document: Document): Config {
  const text = document.getElementById('sundog-config')?.textContent;
  if (!text) {
    throw new Error('The page has no configuration.');
  }
  return JSON.parse(text) as Config;
}
