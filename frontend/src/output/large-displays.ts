/**
 * Large displays: the server sends a reference to them, and the page fetches their data when it
 * shows them (docs/protocol.md, "Large displays").
 */
import { LoadError, withRetry } from '../retry';
import type { MimeBundle } from './items';

const REFERENCE = 'application/vnd.sundog.reference+json';

interface Reference {
  /** The hash of the content. */
  hash: string;
  /** The number of bytes. */
  size: number;
}

export class LargeDisplays {
  /** What is being fetched, by URL: several views may show the same display. */
  private readonly pending = new Map<string, Promise<MimeBundle | undefined>>();

  /** `urlOf` returns the URL of the display that has a hash; `token` is the page's. */
  constructor(
    private readonly urlOf: (hash: string) => string,
    private readonly token = '',
  ) {}

  /** Returns the data that a mime bundle refers to, or the bundle itself. Throws `LoadError`. */
  async resolve(bundle: MimeBundle): Promise<MimeBundle> {
    const reference = bundle[REFERENCE] as Reference | undefined;
    if (reference === undefined) {
      return bundle;
    }
    const url = this.urlOf(reference.hash);
    let data = this.pending.get(url);
    if (data === undefined) {
      data = withRetry(
        () => fetchBundle(url, this.token),
        () => url,
      ).finally(() => this.pending.delete(url));
      this.pending.set(url, data);
    }
    return (await data) ?? gone(reference);
  }
}

/** Returns undefined if the server no longer has the display. */
async function fetchBundle(url: string, token: string): Promise<MimeBundle | undefined> {
  const response = await fetch(url, { headers: { 'X-Sundog-Token': token } });
  if (response.status === 404) {
    return undefined;
  }
  if (!response.ok) {
    throw new LoadError(`The server answered with status ${response.status}.`);
  }
  return (await response.json()) as MimeBundle;
}

function gone({ size }: Reference): MimeBundle {
  const megabytes = (size / 2 ** 20).toFixed(1);
  return { 'text/plain': `… an earlier output of ${megabytes} MiB was cut off` };
}
