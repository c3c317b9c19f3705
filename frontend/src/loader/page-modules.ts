/** Modules of the page that scripts of widgets would otherwise import from a CDN. */
import { fetchChunk } from '../retry';

const MODULES: Record<string, () => Promise<{ default: unknown }>> = {
  'vega-embed': () => fetchChunk(() => import('../bundled/vega')),
  'lodash/debounce': () => fetchChunk(() => import('lodash/debounce')),
};

/** Offers the modules under a global name, which the server writes into scripts of widgets. */
export function offerPageModules(): void {
  Object.assign(globalThis, {
    sundogModule(name: string): Promise<{ default: unknown }> {
      const load = MODULES[name];
      return load === undefined
        ? Promise.reject(new Error(`The page has no module ${name}.`))
        : load();
    },
  });
}
