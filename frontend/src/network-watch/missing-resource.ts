/** What a widget can lack: something of another host, which is not there to be had. */

/** Something that was asked of another host in vain. */
export interface Lack {
  host: string;
  /** `policy`: scripts of that host are not allowed. `network`: it did not answer. */
  cause: 'policy' | 'network';
  /** Where the asking code stands, as far as the browser tells: addresses of scripts. */
  source: string;
  /** The element that asked, if one did. */
  element?: Element;
}

export type Note = (lack: Lack) => void;
/** The stack of who asks. */
export function callers(): string {
  return new Error().stack ?? '';
}

/** Returns the host of an address that is not the page's own; undefined for all others. */
export function foreignHost(address: string): string | undefined {
  try {
    const url = new URL(address, document.baseURI);
    const remote = url.protocol === 'https:' || url.protocol === 'http:';
    return remote && url.origin !== location.origin ? url.host : undefined;
  } catch {
    return undefined;
  }
}
