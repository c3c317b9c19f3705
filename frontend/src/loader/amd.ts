/** Loads nbextensions, which are AMD modules, with require.js: the fallback for older packages. */
import requireUrl from '../../node_modules/requirejs/require.js?url&no-inline';
import { hostModule } from './host-modules';
import type { Manifest } from './manifest';
import { loadScript } from './script';

type Exports = Record<string, unknown>;

export class NbExtensions {
  private started: Promise<void> | undefined;

  constructor(private readonly manifest: Manifest) {}

  /** Returns the exports of a widget module, undefined where no nbextension has it. */
  async load(module: string): Promise<Exports | undefined> {
    if (Object.keys(this.manifest.nbextensions).length === 0) {
      return undefined;
    }
    this.started ??= this.start();
    await this.started;
    return new Promise((resolve, reject) => {
      requirejs([module], resolve, (error: unknown) =>
        module in this.manifest.nbextensions
          ? reject(error instanceof Error ? error : new Error(String(error)))
          : resolve(undefined),
      );
    });
  }

  private async start(): Promise<void> {
    await loadScript(requireUrl);
    const paths: Record<string, string> = {};
    const map: Record<string, string> = {};
    for (const [name, { url }] of Object.entries(this.manifest.nbextensions)) {
      paths[`nbextensions/${name}`] = url.replace(/\/$/, '');
      map[name] = `nbextensions/${name}/index`;
    }
    // Some bundles are large, and networks slow.
    requirejs.config({ paths, map: { '*': map }, waitSeconds: 60 });
    provideHostModules();
    await Promise.all(
      Object.entries(this.manifest.nbextensions)
        .filter(([, { hasExtensionScript }]) => hasExtensionScript)
        .map(([name]) => runExtensionScript(name)),
    );
  }
}

/** Gives require.js the page's own modules when it would fetch them. */
function provideHostModules(): void {
  const fetchModule = requirejs.load.bind(requirejs);
  requirejs.load = (context, name, url) => {
    const host = hostModule(name);
    if (host === undefined) {
      fetchModule(context, name, url);
      return;
    }
    void host.load().then((module) => {
      define(name, module);
      context.completeLoad(name);
    });
  };
}

/** Such a script adds mappings that the widgets of its package need. */
function runExtensionScript(name: string): Promise<void> {
  return new Promise((resolve) => {
    requirejs(
      [`nbextensions/${name}/extension`],
      () => resolve(),
      () => resolve(),
    );
  });
}
