// @vitest-environment happy-dom
import { Token } from '@lumino/coreutils';
import { describe, expect, it } from 'vitest';
import { makeShareScope } from '../../src/loader/share-scope';

describe('makeShareScope', () => {
  const scope = makeShareScope();
  const has = (name: string) => Object.prototype.hasOwnProperty.call(scope, name);

  it('contains the modules of the page, eager and lazy ones, as loaded', async () => {
    const [eager] = Object.values(scope['@lumino/coreutils']!);
    expect(eager).toMatchObject({ eager: true, loaded: 1 });
    expect((eager!.get() as () => object)()).toHaveProperty('Token', Token);
    const [lazy] = Object.values(scope['react']!);
    expect(lazy).toMatchObject({ eager: false, loaded: 1 });
    expect((await lazy!.get())()).toHaveProperty('createElement');
  });

  it('contains stubs for the rest of JupyterLab, and nothing else', () => {
    expect(has('@jupyterlab/application')).toBe(true);
    expect(has('@jupyter-widgets/jupyterlab-manager')).toBe(true);
    expect(has('vue')).toBe(false);
  });

  it('accepts the modules that extensions add', () => {
    scope['vue'] = {};
    expect(has('vue')).toBe(true);
  });
});
