/** Finds the code of a widget: the page's own, a labextension's, an nbextension's. */
import { lazy } from '../lazy';
import type { ModuleLoader } from '../manager';
import type { NbExtensions } from './amd';
import { hostModules } from './host-modules';
import type { LabExtensions } from './labextension';
import { fetchManifest, type Manifest } from './manifest';

type Exports = Record<string, unknown>;

const OWN = new Set([
  '@jupyter-widgets/base',
  '@jupyter-widgets/controls',
  '@jupyter-widgets/output',
]);

export class Loader implements ModuleLoader {
  private readonly modules = new Map<string, Promise<Exports>>();

  /** `onThirdParty` is called once, when the first module that is not the page's own is loaded. */
  constructor(
    private readonly manifestUrl: string,
    private readonly onThirdParty: () => void = () => undefined,
  ) {}

  load(module: string, version: string): Promise<Exports> {
    let loading = this.modules.get(module);
    if (loading === undefined) {
      loading = this.find(module, version);
      this.modules.set(module, loading);
      // A failure may pass: the next widget tries again.
      loading.catch(() => this.modules.delete(module));
    }
    return loading;
  }

  readonly fetchManifest = lazy<Manifest>(() => {
    this.onThirdParty();
    return fetchManifest(this.manifestUrl);
  });

  readonly fetchLabExtensions = lazy<LabExtensions>(async () => {
    const manifest = await this.fetchManifest();
    return new (await import('./labextension')).LabExtensions(manifest);
  });

  private readonly fetchNbExtensions = lazy<NbExtensions>(async () => {
    const manifest = await this.fetchManifest();
    return new (await import('./amd')).NbExtensions(manifest);
  });

  private async find(module: string, version: string): Promise<Exports> {
    if (OWN.has(module)) {
      return (await hostModules[module]!.load()) as Exports;
    }
    const labextensions = await this.fetchLabExtensions();
    let failure: Error | undefined;
    try {
      const exports = await labextensions.load(module);
      if (exports !== undefined) {
        return exports;
      }
    } catch (error) {
      console.warn(`The labextension for ${module} could not be loaded`, error);
      failure = error instanceof Error ? error : new Error(String(error));
    }
    const exports = await (await this.fetchNbExtensions()).load(module);
    if (exports !== undefined) {
      return exports;
    }
    if (failure !== undefined) {
      throw failure;
    }
    throw new Error(
      `No package on the server has the widget module ${module} ${version}: install the one that` +
        ' this widget comes from where the app runs.',
    );
  }
}
