/** The share scope with which the module federation containers of extensions are initialised. */
import { hostModule, type HostModule, hostModules } from './host-modules';

interface SharedEntry {
  get: () => Promise<() => object> | (() => object);
  from: string;
  eager: boolean;
  /** Gives this entry priority over the copies of extensions. */
  loaded: 1;
}

export type ShareScope = Record<string, Record<string, SharedEntry>>;

function entry({ module, load }: HostModule): SharedEntry {
  return module === undefined
    ? { get: () => load().then((loaded) => () => loaded), from: 'sundog', eager: false, loaded: 1 }
    : { get: () => () => module, from: 'sundog', eager: true, loaded: 1 };
}

/**
 * Returns a share scope with the page's modules. Stubs are added when they are first looked up, which
 * containers do with `hasOwnProperty`.
 */
export function makeShareScope(): ShareScope {
  const scope: ShareScope = Object.create(null) as ShareScope;
  for (const [name, module] of Object.entries(hostModules)) {
    scope[name] = { [module.version]: entry(module) };
  }
  const add = (name: string | symbol): void => {
    if (typeof name === 'string' && !(name in scope)) {
      const module = hostModule(name);
      if (module !== undefined) {
        scope[name] = { [module.version]: entry(module) };
      }
    }
  };
  return new Proxy(scope, {
    get(target, name) {
      add(name);
      return Reflect.get(target, name) as unknown;
    },
    has(target, name) {
      add(name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor(target, name) {
      add(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
  });
}
