/** What the server has written into the page. */

export interface Config {
  kernel: string;
  page: string;
  /** The path that everything lies below, without a slash at its end. */
  root: string;
  mode: 'development' | 'production';
  theme: 'light' | 'dark' | 'auto';
  /** What the page does when its kernel has ended. */
  expired: 'ask' | 'restart';
  /** What opens a file at a line: an address with `{path}` and `{line}` in it. */
  editor?: string;
  /** The address of the list of installed widget extensions. */
  extensions: string;
  /** Whether the app is made of Solara's components. */
  solara?: boolean;
  /** The model of the one widget that the page shows; empty for the whole app. */
  widget?: string;
  /** Below the root, where the app is one of several. */
  mount?: string;
}

/** Addresses that lead to files and the like below the root, not to pages of the app. */
const NOT_PAGES = /^\/(_sundog|static|nbextensions)\/|^\/(readyz|livez)$/;
const MAX_ADDRESS_LENGTH = 4096;
/** As it stands in the address of the socket, whose length is bounded. */
const MAX_ENCODED_LENGTH = 6000;

export function readConfig(document: Document): Config {
  const text = document.getElementById('sundog-config')?.textContent;
  if (!text) {
    throw new Error('The page has no configuration.');
  }
  return JSON.parse(text) as Config;
}

export function socketUrl(config: Config, location: Location, seen: number): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const page = encodeURIComponent(config.page);
  const path = `${config.root}/_sundog/kernel/${config.kernel}/socket`;
  const at = startAddress(config.root, location);
  return `${scheme}//${location.host}${path}?v=1&page=${page}&seen=${seen}&at=${encodeURIComponent(at)}`;
}

/** Where the page is below the root, as much of it as fits; the inline script sends the same. */
function startAddress(root: string, { pathname, search, hash }: Location): string {
  const path = pathBelow(root, pathname) ?? '/';
  const fits = (text: string) =>
    text.length <= MAX_ADDRESS_LENGTH && encodeURIComponent(text).length <= MAX_ENCODED_LENGTH;
  return [path + search + hash, path + search, path].find(fits) ?? '/';
}

function pathBelow(root: string, pathname: string): string | undefined {
  if (pathname === root) {
    return '/';
  }
  return pathname.startsWith(`${root}/`) ? pathname.slice(root.length) : undefined;
}

/** The place of an address below the root; undefined where no page of the app can be. */
export function addressOf(root: string, origin: string, url: URL): string | undefined {
  const path = url.origin === origin ? pathBelow(root, url.pathname) : undefined;
  if (path === undefined || NOT_PAGES.test(path)) {
    return undefined;
  }
  const place = path + url.search + url.hash;
  return place.length <= MAX_ADDRESS_LENGTH ? place : undefined;
}

export function closeUrl(config: Config): string {
  const page = encodeURIComponent(config.page);
  return `${config.root}/_sundog/kernel/${config.kernel}/close?page=${page}`;
}
