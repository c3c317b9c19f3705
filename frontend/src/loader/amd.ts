/** Loads nbextensions, which are AMD modules, with require.js: the fallback for older packages. */
import { hostModules } from './host-modules';
import type { Manifest } from './manifest';
import { loadScript } from './script';
import requireUrl from '../../node_modules/requirejs/require.js?url&no-inline';

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
    // A classic script that some of them name may take its time over a slow network.
    requirejs.config({ paths, map: { '*': map }, waitSeconds: 60 });
    for (const [name, { load }] of Object.entries(hostModules)) {
      define(name, await load());
    }
    await Promise.all(
      Object.entries(this.manifest.nbextensions)
        .filter(([, { hasExtensionScript }]) => hasExtensionScript)
        .map(([name]) => this.runExtensionScript(name)),
    );
  }

  /** Such a script adds mappings that the widgets of its package need. */
  private runExtensionScript(name: string): Promise<void> {
    return new Promise((resolve) => {
      requirejs(
        [`nbextensions/${name}/extension`],
        () => resolve(),
        () => resolve(),
      );
    });
  }
}
