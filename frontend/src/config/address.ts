/** Addresses of the app's pages (path, query and fragment, below the root), and URLs of the server. */
import type { Config } from './config';

/** Paths below the root that are files and the like, not pages of the app. */
const NOT_PAGES = /^\/(_sundog|static|nbextensions)\/|^\/(readyz|livez)$/;
const MAX_ADDRESS_LENGTH = 4096;
/** For an address in the URL of the socket, whose length is limited. */
const MAX_ENCODED_LENGTH = 6000;

/** Returns the URL of the socket; `seen` is the number of the last message that was applied. */
export function socketUrl(config: Config, location: Location, seen: number): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const page = encodeURIComponent(config.page);
  const path = `${config.root}/_sundog/kernel/${config.kernel}/socket`;
  const at = encodeURIComponent(startAddress(config.root, location));
  return `${scheme}//${location.host}${path}?v=1&page=${page}&seen=${seen}&at=${at}&token=1`;
}

/** Opens a socket, and sends the page's token first; the page's inline script does the same. */
export function openSocket(config: Config, location: Location, seen: number): WebSocket {
  const socket = new WebSocket(socketUrl(config, location, seen));
  socket.onopen = () => socket.send(JSON.stringify({ type: 'token', token: config.token ?? '' }));
  return socket;
}

/** Returns the URL that tells the server that the page is being closed. */
export function closeUrl(config: Config): string {
  const page = encodeURIComponent(config.page);
  return `${config.root}/_sundog/kernel/${config.kernel}/close?page=${page}`;
}

/** Returns the URL of a large display, by the hash of its content. */
export function displayUrl(config: Config, hash: string): string {
  return `${config.root}/_sundog/kernel/${config.kernel}/display/${encodeURIComponent(hash)}`;
}

/** Returns the address of a URL; undefined if it cannot be a page of the app. */
export function addressOf(root: string, origin: string, url: URL): string | undefined {
  const path = url.origin === origin ? pathBelow(root, url.pathname) : undefined;
  if (path === undefined || NOT_PAGES.test(path)) {
    return undefined;
  }
  const address = path + url.search + url.hash;
  return address.length <= MAX_ADDRESS_LENGTH ? address : undefined;
}

/** Returns as much of the page's address as fits; the page's inline script does the same. */
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
