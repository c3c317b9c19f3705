// @vitest-environment happy-dom
import { Token } from '@lumino/coreutils';
import { describe, expect, it } from 'vitest';
import { dependencies as pinned } from '../../package.json';
import { hostModule, hostModules } from '../../src/loader/host-modules';
import { byLikeness, candidates, dependencies, MAX_SEARCHED } from '../../src/loader/labextensions';
import { type LabExtension, makeManifest } from '../../src/loader/manifest';
import { installHint } from '../../src/loader/install-hints';
import { makeShareScope } from '../../src/loader/share-scope';
import { anything } from '../../src/loader/stubs';

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

function extension(registers: string[], more: Partial<LabExtension> = {}): LabExtension {
  return { url: '/', load: 'x.js', registers, sharedPackages: {}, ...more };
}

describe('the modules of the host', () => {
  const named = Object.entries(hostModules).filter(([name]) => name in pinned);
  it.each(named)('%s has the version that is installed', (name, { version }) => {
    expect(version).toBe((pinned as Record<string, string>)[name]);
  });
});

describe('which extensions are looked into', () => {
  it('is the one that registers the module, and first the one of its name', () => {
    const known = {
      other: extension(['wanted']),
      wanted: extension(['wanted']),
      'jupyterlab-data': extension(['jupyter-data']),
    };
    expect(candidates('wanted', known)).toEqual({ owners: ['wanted'], others: [] });
    expect(candidates('jupyter-data', known).owners).toEqual(['jupyterlab-data']);
  });

  it('is none of those that are known to have other modules', () => {
    const known = Object.fromEntries([...'abcdefgh'].map((name) => [name, extension([name])]));
    expect(candidates('unknown', known)).toEqual({ owners: [], others: [] });
  });

  it('is a few of those that may have any', () => {
    const names = Array.from({ length: 20 }, (_, index) => `package-${index}`);
    const open = (name: string) => [name, extension([], { openEnded: true })];
    const known = Object.fromEntries([...names, 'jupyterlab-data'].map(open)) as Record<
      string,
      LabExtension
    >;
    const { others } = candidates('jupyter-data', known);
    expect(others).toHaveLength(MAX_SEARCHED);
    expect(others[0]).toBe('jupyterlab-data');
  });

  it('are those that it takes modules from, and those that they take from, in circles too', () => {
    const needs = (...names: string[]) =>
      extension([], {
        sharedPackages: Object.fromEntries(names.map((name) => [name, { bundled: false }])),
      });
    const known = { grid: needs('plot', 'react'), plot: needs('scales'), scales: needs('grid') };
    expect(dependencies('grid', known)).toEqual(['plot', 'scales']);
    expect(dependencies('scales', known)).toEqual(['grid', 'plot']);
  });
});

describe('the manifest', () => {
  it('finds nothing but what the server told of', () => {
    const told = JSON.parse('{"labextensions": {"__proto__": {"url": "a/", "registers": []}}}') as {
      labextensions: Record<string, LabExtension>;
    };
    const { labextensions, nbextensions, first } = makeManifest(told, 'http://host/x/list.json?1');
    expect(labextensions['__proto__']!.url).toBe('http://host/x/a/');
    for (const table of [labextensions, nbextensions, first]) {
      expect('constructor' in table).toBe(false);
    }
  });
});

describe('installHint', () => {
  it('names the package of Python', () => {
    expect(installHint('jupyter-leaflet')).toContain('pip install --force-reinstall ipyleaflet');
    expect(installHint('ipytree')).toContain('pip install --force-reinstall ipytree');
    expect(installHint('@scope/x; rm')).not.toContain('pip install');
    expect(installHint('constructor')).toContain('--force-reinstall constructor');
  });
});
