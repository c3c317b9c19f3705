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
  /** The address of the list of installed widget extensions. */
  extensions: string;
}

const MAX_QUERY_LENGTH = 4096;

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
  return `${scheme}//${location.host}${path}?v=1&page=${page}&seen=${seen}${queryOf(location)}`;
}

/** The page's own query, for the app to read; the inline script sends the same. */
function queryOf({ search }: Location): string {
  const fits = search.length > 1 && search.length <= MAX_QUERY_LENGTH;
  return fits ? `&query=${encodeURIComponent(search)}` : '';
}

export function closeUrl(config: Config): string {
  const page = encodeURIComponent(config.page);
  return `${config.root}/_sundog/kernel/${config.kernel}/close?page=${page}`;
}
