/** A resource of another host that a widget or an output could not load. */

export interface MissingResource {
  host: string;
  /** `policy`: the page may not load scripts from the host. `network`: the host did not answer. */
  cause: 'policy' | 'network';
  /** The code that asked for it, as far as the browser knows: URLs of scripts, or a stack. */
  source: string;
  /** The element that asked for it, if one did. */
  element?: Element;
}

export type Report = (resource: MissingResource) => void;

/** Returns the stack of the code that runs now. */
export function callers(): string {
  return new Error().stack ?? '';
}

/** Returns the host of a URL if it is not the page's own; undefined otherwise. */
export function foreignHost(address: string): string | undefined {
  try {
    const url = new URL(address, document.baseURI);
    const remote = url.protocol === 'https:' || url.protocol === 'http:';
    return remote && url.origin !== location.origin ? url.host : undefined;
  } catch {
    return undefined;
  }
}
