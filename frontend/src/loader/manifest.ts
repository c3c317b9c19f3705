/** The list of the widget extensions on the server, which is fetched when it is first needed. */
import { LoadError, withRetry } from '../retry';

export interface LabExtension {
  /** The URL of the extension's folder, with a slash at the end, relative to the list's URL. */
  url: string;
  /** The script that registers its container. */
  load: string;
  /** The module of the container that has its plugins, if there are any. */
  extension?: string;
  style?: string;
  mimeExtension?: string;
  /** The mime types that it renders, if it lists them. */
  mimeTypes?: string[];
  /** The widget modules that it registers, as far as they are found in its scripts. */
  registers: string[];
  /** Whether it may register other modules, too. */
  openEnded?: boolean;
  /** The modules that it shares with others, and whether it has its own copy of each. */
  sharedPackages: Record<string, { bundled?: boolean }>;
}

export interface NbExtension {
  url: string;
  /** What to load for modules of other names. */
  maps: Record<string, string>;
  /** Whether it has a script that must run, as it changes the configuration of require.js. */
  hasExtensionScript: boolean;
}

/** The form in which a widget library is installed. */
export type Form = 'lab' | 'amd';

/** The tables have no prototype, so that names can be looked up with `in`. */
export interface Manifest {
  labextensions: Record<string, LabExtension>;
  nbextensions: Record<string, NbExtension>;
  /** The form to try first, for widget modules where it is not the labextension. */
  first: Record<string, Form>;
  /** The scripts that widget modules expect in the page, in order. */
  scripts: Record<string, string[]>;
}

export async function fetchManifest(address: string): Promise<Manifest> {
  const unreachable = (error: unknown) => (error instanceof TypeError ? address : undefined);
  const response = await withRetry(() => fetch(address), unreachable);
  if (!response.ok) {
    throw new LoadError(`The list of widget libraries could not be loaded (${response.status}).`);
  }
  return makeManifest((await response.json()) as Partial<Manifest>, address);
}

export function makeManifest(received: Partial<Manifest>, address: string): Manifest {
  const base = new URL(address, document.baseURI);
  const complete = <T extends { url: string }>(table: Record<string, T> = {}) =>
    plain(
      Object.entries(table).map(([name, entry]) => [
        name,
        { ...entry, url: new URL(entry.url, base).href },
      ]),
    );
  return {
    labextensions: complete(received.labextensions),
    nbextensions: complete(received.nbextensions),
    first: plain(Object.entries(received.first ?? {})),
    scripts: plain(
      Object.entries(received.scripts ?? {}).map(([module, urls]) => [
        module,
        urls.map((url) => new URL(url, base).href),
      ]),
    ),
  };
}

/** Returns a table without prototype: packages may have the name of an object's method. */
function plain<T>(entries: [string, T][]): Record<string, T> {
  const table = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) {
    table[name] = value;
  }
  return table;
}
