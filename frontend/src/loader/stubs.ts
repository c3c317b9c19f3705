/** Stubs for modules of JupyterLab that widget extensions import but do not need here. */
import { Token } from '@lumino/coreutils';

/** Returns an object that can be called and constructed, and whose members are like it. */
export function anything(name: string): unknown {
  const target = function () {
    // Does nothing.
  };
  return new Proxy(target, {
    get(_, key) {
      if (key === Symbol.toPrimitive) {
        return () => name;
      }
      if (key === 'then' || typeof key === 'symbol') {
        return undefined;
      }
      if (key === 'prototype') {
        return target.prototype as unknown;
      }
      return anything(`${name}.${key}`);
    },
    has: () => true,
    apply: () => anything(`${name}()`),
    construct: () => anything(`new ${name}()`) as object,
  });
}

/** Returns a module that has every export; `known` are the real ones. */
export function stubModule(name: string, known: Record<string, unknown> = {}): object {
  return new Proxy(known, {
    get(_, key) {
      if (key in known) {
        return known[key as string];
      }
      if (key === '__esModule') {
        return true;
      }
      if (typeof key === 'symbol' || key === 'then') {
        return undefined;
      }
      // Extensions compare tokens by their name.
      return /^I[A-Z]/.test(key) ? new Token(`${name}:${key}`) : anything(`${name}.${key}`);
    },
    has: () => true,
  });
}
