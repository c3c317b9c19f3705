/**
 * Stand-ins for parts of JupyterLab that widget extensions import without needing them here.
 */
import { Token } from '@lumino/coreutils';

/** Anything that is asked of it is another of its kind; calling and constructing it works. */
export function anything(name: string): unknown {
  const target = function () {
    // Called for nothing.
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

/** A module of which every export can be imported; `known` are real ones. */
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
      // A token is known by its name, which extensions look at.
      return /^I[A-Z]/.test(key) ? new Token(`${name}:${key}`) : anything(`${name}.${key}`);
    },
    has: () => true,
  });
}
