/** Loads the code of a widget: the page's own, a labextension's, or an nbextension's. */
import type { NbExtensions } from './nbextensions';
import { hostModules } from './host-modules';
import type { LabExtensions } from './labextensions';
import { fetchManifest, type Manifest } from './manifest';
import { installHint } from './install-hints';
import { fetchChunk, lazy, LoadError, loadInOrder } from '../retry';

type Exports = Record<string, unknown>;

const OWN = new Set([
  '@jupyter-widgets/base',
  '@jupyter-widgets/controls',
  '@jupyter-widgets/output',
]);

export class Loader {
  private readonly modules = new Map<string, Promise<Exports>>();
  private manifest: Manifest | undefined;

  /** `onThirdParty` is called once, before the first module that is not the page's own is loaded. */
  constructor(
    private readonly manifestUrl: string,
    private readonly onThirdParty: () => void = () => undefined,
  ) {}

  load(module: string, version: string): Promise<Exports> {
    let loading = this.modules.get(module);
    if (loading === undefined) {
      loading = this.find(module, version);
      this.modules.set(module, loading);
      // The next widget tries again, as the failure may be temporary.
      loading.catch(() => this.modules.delete(module));
    }
    return loading;
  }

  readonly fetchManifest = lazy<Manifest>(async () => {
    this.onThirdParty();
    this.manifest = await fetchManifest(this.manifestUrl);
    return this.manifest;
  });

  /** Returns the package that registers a widget module; undefined if it is not known (yet). */
  packageOf(module: string): string | undefined {
    const { labextensions = {} } = this.manifest ?? {};
    return Object.keys(labextensions).find((name) => labextensions[name]!.registers.includes(module));
  }

  readonly fetchLabExtensions = lazy<LabExtensions>(async () => {
    // In parallel.
    const [{ LabExtensions }, manifest] = await Promise.all([
      fetchChunk(() => import('./labextensions')),
      this.fetchManifest(),
    ]);
    return new LabExtensions(manifest);
  });

  private readonly fetchNbExtensions = lazy<NbExtensions>(async () => {
    const [{ NbExtensions }, manifest] = await Promise.all([
      fetchChunk(() => import('./nbextensions')),
      this.fetchManifest(),
    ]);
    return new NbExtensions(manifest);
  });

  private async find(module: string, version: string): Promise<Exports> {
    if (OWN.has(module)) {
      return (await hostModules[module]!.load()) as Exports;
    }
    const { first, scripts } = await this.fetchManifest();
    await loadInOrder(scripts[module] ?? []);
    const lab = async () => (await this.fetchLabExtensions()).load(module);
    const amd = async () => (await this.fetchNbExtensions()).load(module);
    const search = async () => (await this.fetchLabExtensions()).search(module);
    const failures: unknown[] = [];
    for (const load of first[module] === 'amd' ? [amd, lab, search] : [lab, amd, search]) {
      try {
        const exports = await load();
        if (exports !== undefined) {
          return exports;
        }
      } catch (error) {
        console.warn(`${module} could not be loaded in one of its forms`, error);
        failures.push(error);
      }
    }
    if (failures.length === 0) {
      throw new LoadError(
        `The server has no code for widgets of ${`${module} ${version}`.trim()}. ${installHint(module)}`,
      );
    }
    const [failure] = failures;
    const reason = failure instanceof Error ? failure.message : String(failure);
    throw new LoadError(`The widget library ${module} could not be loaded: ${reason}`, {
      cause: failure,
    });
  }
}
