/** Replaces a module, but only in the importers below one folder. */
import type { Plugin } from 'vite';

export function replaceImport(source: string, importerPart: string, replacement: string): Plugin {
  return {
    name: `sundog-replace-${source}`,
    enforce: 'pre',
    resolveId(id, importer) {
      const from = importer?.replaceAll('\\', '/');
      return id === source && from?.includes(importerPart) ? replacement : null;
    },
  };
}
