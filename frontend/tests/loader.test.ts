// @vitest-environment happy-dom
import { Token } from '@lumino/coreutils';
import { describe, expect, it } from 'vitest';
import { hostModule } from '../src/loader/host-modules';
import { byLikeness } from '../src/loader/labextension';
import { makeShareScope } from '../src/loader/share-scope';
import { anything } from '../src/loader/stubs';

describe('the share scope', () => {
  const scope = makeShareScope();
  const has = (name: string) => Object.prototype.hasOwnProperty.call(scope, name);

  it('gives the host its own modules, at once or later, as loaded ones', async () => {
    const [eager] = Object.values(scope['@lumino/coreutils']!);
    expect(eager).toMatchObject({ eager: true, loaded: 1 });
    expect((eager!.get() as () => object)()).toHaveProperty('Token', Token);
    const [lazy] = Object.values(scope['react']!);
    expect(lazy).toMatchObject({ eager: false, loaded: 1 });
    expect((await lazy!.get())()).toHaveProperty('createElement');
  });

  it('has stand-ins for the rest of JupyterLab, and for nothing else', () => {
    expect(has('@jupyterlab/application')).toBe(true);
    expect(has('@jupyter-widgets/jupyterlab-manager')).toBe(true);
    expect(has('vue')).toBe(false);
  });

  it('takes what extensions add', () => {
    scope['vue'] = {};
    expect(has('vue')).toBe(true);
  });
});

describe('stand-ins', () => {
  it('have tokens with the names that extensions look for', () => {
    const module = hostModule('@jupyterlab/notebook')!.module as Record<string, Token<unknown>>;
    expect(module['INotebookTracker']!.name).toBe('@jupyterlab/notebook:INotebookTracker');
  });

  it('can be called, made and asked for more', () => {
    const app = anything('app') as { commands: { add(): unknown } };
    expect(() => app.commands.add()).not.toThrow();
    const Class = anything('Class') as new () => object;
    expect(() => new Class()).not.toThrow();
  });

  it('are no promises', async () => {
    const app = anything('app');
    expect(await Promise.resolve(app)).toBe(app);
  });
});

describe('byLikeness', () => {
  it('puts the likely ones first', () => {
    const names = ['bqplot', 'jupyterlab-plotly', 'jupyterlab-datawidgets'];
    expect(byLikeness('jupyter-datawidgets', names)[0]).toBe('jupyterlab-datawidgets');
    expect(byLikeness('plotlywidget', names)[0]).toBe('jupyterlab-plotly');
  });
});
