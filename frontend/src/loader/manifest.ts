/** The list of widget extensions that are installed on the server, fetched when first needed. */
import { LoadError, withRetry } from '../retry';

export interface LabExtension {
  /** The folder of the extension, with a slash at its end, relative to the list's address. */
  url: string;
  /** The script that registers its container. */
  load: string;
  /** The module of the container that holds its plugins, if it has some. */
  extension?: string;
  style?: string;
  mimeExtension?: string;
  /** What it may render, if it renders mime types. */
  mimeTypes?: string[];
  /** The widget modules that it registers, as far as its scripts tell. */
  registers: string[];
  /** Whether it may register others. */
  openEnded?: boolean;
  /** Modules that it takes from others: by name, whether it brings its own copy. */
  sharedPackages: Record<string, { bundled?: boolean }>;
}

export interface NbExtension {
  url: string;
  /** What else to load for modules of other names. */
  maps: Record<string, string>;
  /** Whether it has a script that does more to require.js's configuration, and must run. */
  hasExtensionScript: boolean;
}

/** The form that a widget library comes in. */
export type Form = 'lab' | 'amd';

/** Names are looked up with `in`: the tables have no prototype. */
export interface Manifest {
  labextensions: Record<string, LabExtension>;
  nbextensions: Record<string, NbExtension>;
  /** Which form is tried first, by widget module, where it is not the labextension. */
  first: Record<string, Form>;
  /** Scripts that widgets expect in their page, in their order, by widget module. */
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

export function makeManifest(told: Partial<Manifest>, address: string): Manifest {
  const base = new URL(address, document.baseURI);
  const complete = <T extends { url: string }>(table: Record<string, T> = {}) =>
    plain(
      Object.entries(table).map(([name, entry]) => [
        name,
        { ...entry, url: new URL(entry.url, base).href },
      ]),
    );
  return {
    labextensions: complete(told.labextensions),
    nbextensions: complete(told.nbextensions),
    first: plain(Object.entries(told.first ?? {})),
    scripts: plain(
      Object.entries(told.scripts ?? {}).map(([module, urls]) => [
        module,
        urls.map((url) => new URL(url, base).href),
      ]),
    ),
  };
}

/** A table in which only what was put is found: packages may be named like an object's methods. */
function plain<T>(entries: [string, T][]): Record<string, T> {
  const table = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) {
    table[name] = value;
  }
  return table;
}
