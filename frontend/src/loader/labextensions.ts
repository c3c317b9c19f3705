/** Loads labextensions, which are module federation containers, and the widgets they register. */
import type { LabExtension, Manifest } from './manifest';
import { loadScript, withRetry } from '../retry';
import { makeShareScope, type ShareScope } from './share-scope';
import { anything } from './stubs';

type Exports = Record<string, unknown>;

/** What a plugin registers in the widget registry. */
interface Registration {
  name: string;
  version: string;
  exports: Exports | (() => Exports | Promise<Exports>);
}

interface Plugin {
  activate?: (app: unknown, ...services: unknown[]) => unknown;
  requires?: { name: string }[];
  optional?: { name: string }[];
}

interface Container {
  init(scope: ShareScope): Promise<void> | void;
  get(module: string): Promise<() => unknown>;
}

const REGISTRY_TOKEN = 'jupyter.extensions.jupyterWidgetRegistry';
/** How many extensions are searched for a module that none of them is known to have. */
export const MAX_SEARCHED = 6;

export class LabExtensions {
  private readonly scope = makeShareScope();
  private readonly activated = new Map<string, Promise<void>>();
  private readonly containers = new Map<string, Promise<Container>>();
  private readonly registered = new Map<string, Registration>();

  constructor(private readonly manifest: Manifest) {}

  /** Returns the exports of a widget module; undefined if no labextension is known to have it. */
  async load(module: string): Promise<Exports | undefined> {
    for (const name of candidates(module, this.manifest.labextensions).owners) {
      await this.activate(name);
    }
    return this.exports(module);
  }

  /** The same, but loads extensions that might have the module. */
  async search(module: string): Promise<Exports | undefined> {
    for (const name of candidates(module, this.manifest.labextensions).others) {
      if (this.registered.has(module)) {
        break;
      }
      await this.activate(name).catch((error: unknown) => {
        console.warn(`The extension ${name} could not be loaded`, error);
      });
    }
    return this.exports(module);
  }

  private async exports(module: string): Promise<Exports | undefined> {
    const exports = this.registered.get(module)?.exports;
    return typeof exports === 'function' ? withRetry(() => exports()) : exports;
  }

  /** Returns a module of an extension's container. */
  async module(name: string, path: string): Promise<unknown> {
    const extension = this.manifest.labextensions[name];
    if (extension === undefined) {
      throw new Error(`There is no extension ${name}.`);
    }
    const container = await this.container(name, extension);
    return (await withRetry(() => container.get(path)))();
  }

  private activate(name: string): Promise<void> {
    let activation = this.activated.get(name);
    if (activation === undefined) {
      activation = this.activateNow(name);
      this.activated.set(name, activation);
      activation.catch(() => this.activated.delete(name));
    }
    return activation;
  }

  private async activateNow(name: string): Promise<void> {
    const { labextensions } = this.manifest;
    const extension = labextensions[name];
    if (extension?.extension === undefined) {
      return;
    }
    // The extension needs the modules that the other ones add to the share scope.
    const needed = dependencies(name, labextensions);
    await Promise.all([name, ...needed].map((each) => this.container(each, labextensions[each]!)));
    for (const each of needed) {
      this.activate(each).catch((error: unknown) => {
        console.warn(`The extension ${each} could not be loaded`, error);
      });
    }
    const exported = (await this.module(name, extension.extension)) as Exports | Plugin;
    const plugins = ('default' in exported ? exported.default : exported) as Plugin | Plugin[];
    if (extension.style !== undefined) {
      await this.module(name, extension.style);
    }
    for (const plugin of Array.isArray(plugins) ? plugins : [plugins]) {
      await this.activatePlugin(plugin);
    }
  }

  private async activatePlugin({ activate, requires = [], optional = [] }: Plugin): Promise<void> {
    const isRegistry = ({ name }: { name: string }) => name === REGISTRY_TOKEN;
    if (activate === undefined || ![...requires, ...optional].some(isRegistry)) {
      return;
    }
    const registry = {
      registerWidget: (data: Registration) => void this.registered.set(data.name, data),
    };
    await activate(
      anything('app'),
      ...requires.map((token) => (isRegistry(token) ? registry : anything(token.name))),
      ...optional.map((token) => (isRegistry(token) ? registry : null)),
    );
  }

  private container(name: string, extension: LabExtension): Promise<Container> {
    let container = this.containers.get(name);
    if (container === undefined) {
      container = this.loadContainer(name, extension);
      this.containers.set(name, container);
      container.catch(() => this.containers.delete(name));
    }
    return container;
  }

  private async loadContainer(name: string, extension: LabExtension): Promise<Container> {
    await loadScript(extension.url + extension.load);
    const table = (globalThis as { _JUPYTERLAB?: Record<string, Container> })._JUPYTERLAB;
    const container = table?.[name];
    if (container === undefined) {
      throw new Error(`The script of the extension ${name} did not register it.`);
    }
    await container.init(this.scope);
    return container;
  }
}

/** Returns the extensions that one takes modules from, directly or indirectly. */
export function dependencies(
  name: string,
  labextensions: Record<string, LabExtension>,
): string[] {
  const found = new Set([name]);
  for (const each of found) {
    for (const [shared, { bundled }] of Object.entries(labextensions[each]!.sharedPackages)) {
      if (bundled === false && shared in labextensions) {
        found.add(shared);
      }
    }
  }
  found.delete(name);
  return [...found];
}

/** Returns the extensions that have a widget module, and those that may: the likeliest first. */
export function candidates(
  module: string,
  labextensions: Record<string, LabExtension>,
): { owners: string[]; others: string[] } {
  const owners: string[] = [];
  const others: string[] = [];
  for (const [name, { registers, openEnded }] of Object.entries(labextensions)) {
    if (registers.includes(module)) {
      // Of several extensions, the one with the name of the module is the right one.
      owners.splice(name === module ? 0 : owners.length, 0, name);
    } else if (openEnded) {
      others.push(name);
    }
  }
  return { owners: owners.slice(0, 1), others: byLikeness(module, others).slice(0, MAX_SEARCHED) };
}

/** Sorts names by similarity to another name, which packages spell in many ways. */
export function byLikeness(wanted: string, names: readonly string[]): string[] {
  const core = (name: string) => name.toLowerCase().replace(/jupyter(lab)?|widgets?|[^a-z0-9]/g, '');
  const target = core(wanted);
  const distance = (name: string) => {
    const candidate = core(name);
    if (candidate === target) {
      return 0;
    }
    return candidate.includes(target) || target.includes(candidate) ? 1 : 2;
  };
  return [...names].sort((a, b) => distance(a) - distance(b));
}
