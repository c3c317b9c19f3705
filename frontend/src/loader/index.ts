/** Finds the code of a widget: the page's own, a labextension's, an nbextension's. */
import type { ModuleLoader } from '../manager';
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
  private manifest: Promise<Manifest> | undefined;
  private labextensions: Promise<LabExtensions> | undefined;

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

  fetchManifest(): Promise<Manifest> {
    if (this.manifest === undefined) {
      this.onThirdParty();
      this.manifest = fetchManifest(this.manifestUrl);
      this.manifest.catch(() => (this.manifest = undefined));
    }
    return this.manifest;
  }

  async fetchLabExtensions(): Promise<LabExtensions> {
    const manifest = await this.fetchManifest();
    this.labextensions ??= import('./labextension').then(
      ({ LabExtensions }) => new LabExtensions(manifest),
    );
    return this.labextensions;
  }

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
    const exports = await this.loadAmd(module);
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

  private amd: Promise<{ load(module: string): Promise<Exports | undefined> }> | undefined;

  private async loadAmd(module: string): Promise<Exports | undefined> {
    const manifest = await this.fetchManifest();
    this.amd ??= import('./amd').then(({ NbExtensions }) => new NbExtensions(manifest));
    return (await this.amd).load(module);
  }
}
