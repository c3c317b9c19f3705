/** Loads nbextensions, which are AMD modules, with require.js: for older packages. */
import requireUrl from '../../node_modules/requirejs/require.js?url&no-inline';
import { hostModule } from './host-modules';
import type { Manifest } from './manifest';
import { lazy, loadScript, withRetry } from '../retry';

type Exports = Record<string, unknown>;
type Define = (name: string, module: object) => void;

export class NbExtensions {
  constructor(private readonly manifest: Manifest) {}

  /** Returns the exports of a widget module; undefined if no nbextension has it. */
  async load(module: string): Promise<Exports | undefined> {
    const { nbextensions } = this.manifest;
    const entries = Object.values(nbextensions);
    const known = module in nbextensions || entries.some(({ maps }) => Object.hasOwn(maps, module));
    if (!known && !entries.some(({ hasExtensionScript }) => hasExtensionScript)) {
      return undefined;
    }
    await this.start();
    // The script of an extension may have mapped the module to another one.
    return known || isMapped(module) ? requireModule(module) : undefined;
  }

  private readonly start = lazy(async () => {
    const define = hideDefine();
    await loadScript(requireUrl);
    const paths: Record<string, string> = {};
    const map: Record<string, string> = {};
    for (const [name, { url, maps }] of Object.entries(this.manifest.nbextensions)) {
      paths[`nbextensions/${name}`] = url.replace(/\/$/, '');
      map[name] ??= `nbextensions/${name}/index`;
      Object.assign(map, maps);
    }
    // Some bundles are large, and networks slow.
    requirejs.config({ paths, map: { '*': map }, waitSeconds: 60 });
    provideHostModules(define);
    await Promise.all(
      Object.entries(this.manifest.nbextensions)
        .filter(([, { hasExtensionScript }]) => hasExtensionScript)
        .map(([name]) => runExtensionScript(name)),
    );
  });
}

/**
 * Hides `define` from all scripts but those that require.js loads: UMD modules of other scripts would
 * register with require.js, where those scripts do not look for them.
 */
function hideDefine(): Define {
  let real: unknown;
  const ownUrl = new URL(requireUrl, document.baseURI).href;
  const isAmd = (script: HTMLOrSVGScriptElement | null) =>
    script instanceof HTMLScriptElement &&
    (script.hasAttribute('data-requiremodule') || script.src === ownUrl);
  Object.defineProperty(globalThis, 'define', {
    configurable: true,
    get: () => (isAmd(document.currentScript) ? real : undefined),
    set: (value: unknown) => (real = value),
  });
  return (name, module) => (real as Define)(name, module);
}

/** Whether the configuration of require.js says where a module is. */
function isMapped(module: string): boolean {
  const { map = {}, paths = {} } = requirejs.s.contexts._.config;
  return Object.hasOwn(map['*'] ?? {}, module) || Object.hasOwn(paths, module);
}

function requireModule(module: string): Promise<Exports | undefined> {
  return withRetry(() => tryModule(module), urlOfScript);
}

function tryModule(module: string): Promise<Exports | undefined> {
  return new Promise((resolve, reject) => {
    requirejs([module], resolve, (error: unknown) => {
      // Otherwise, the next attempt would fail at once.
      for (const name of (error as { requireModules?: string[] }).requireModules ?? []) {
        requirejs.undef(name);
      }
      reject(asError(error));
    });
  });
}

/** Returns the URL of a script that require.js could not load. */
function urlOfScript(error: unknown): string | undefined {
  const { requireType, originalError } = error as {
    requireType?: string;
    originalError?: { target?: { src?: string } };
  };
  return requireType === 'scripterror' ? originalError?.target?.src : undefined;
}

/** Makes require.js use the page's own modules instead of fetching them. */
function provideHostModules(define: Define): void {
  const fetchModule = requirejs.load.bind(requirejs);
  requirejs.load = (context, name, url) => {
    const host = hostModule(name);
    if (host === undefined) {
      fetchModule(context, name, url);
      return;
    }
    host.load().then(
      (module) => {
        define(name, module);
        context.completeLoad(name);
      },
      (error: unknown) => context.onError(Object.assign(asError(error), { requireModules: [name] })),
    );
  };
}

/** Runs the script of an extension, which adds mappings that its widgets need. */
async function runExtensionScript(name: string): Promise<void> {
  await requireModule(`nbextensions/${name}/extension`).catch((error: unknown) => {
    console.warn(`The extension script of ${name} could not be run`, error);
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
