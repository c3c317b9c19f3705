/** Modules that scripts of widgets would import from a CDN, and that the page has itself. */
import { fetchChunk } from '../retry';

const MODULES: Record<string, () => Promise<{ default: unknown }>> = {
  'vega-embed': () => fetchChunk(() => import('../bundled/vega')),
  'lodash/debounce': () => fetchChunk(() => import('lodash/debounce')),
};

/** Lets the scripts of widgets, which the server has told so, ask for them by name. */
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
