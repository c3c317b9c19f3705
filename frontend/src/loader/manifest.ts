/** The list of widget extensions that are installed on the server, fetched when first needed. */

export interface LabExtension {
  /** The folder of the extension, with a slash at its end, relative to the list's address. */
  url: string;
  /** The script that registers its container. */
  load: string;
  /** The module of the container that holds its plugins, if it has some. */
  extension?: string;
  style?: string;
  mimeExtension?: string;
  mimeTypes?: string[];
  /** Modules that it takes from others: by name, whether it brings its own copy. */
  sharedPackages: Record<string, { bundled?: boolean }>;
}

export interface NbExtension {
  url: string;
  /** Whether it has a script that adds to require.js's configuration. */
  hasExtensionScript: boolean;
}

export interface Manifest {
  labextensions: Record<string, LabExtension>;
  nbextensions: Record<string, NbExtension>;
}

export async function fetchManifest(address: string): Promise<Manifest> {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error(`The list of widget extensions could not be loaded (${response.status}).`);
  }
  const manifest = (await response.json()) as Manifest;
  const base = new URL(address, document.baseURI);
  for (const entry of [
    ...Object.values(manifest.labextensions),
    ...Object.values(manifest.nbextensions),
  ]) {
    entry.url = new URL(entry.url, base).href;
  }
  return manifest;
}
