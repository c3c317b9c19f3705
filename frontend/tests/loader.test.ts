// @vitest-environment happy-dom
import { Token } from '@lumino/coreutils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dependencies as pinned } from '../package.json';
import { hostModule, hostModules } from '../src/loader/host-modules';
import { byLikeness, candidates, dependencies, MOST_TRIES } from '../src/loader/labextension';
import { type LabExtension, makeManifest } from '../src/loader/manifest';
import { mendFor } from '../src/loader/mends';
import { patiently, RETRY_DELAYS_MS } from '../src/loader/script';
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
    expect(others).toHaveLength(MOST_TRIES);
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

describe('mendFor', () => {
  it('names the package of Python', () => {
    expect(mendFor('jupyter-leaflet')).toContain('pip install --force-reinstall ipyleaflet');
    expect(mendFor('ipytree')).toContain('pip install --force-reinstall ipytree');
    expect(mendFor('@scope/x; rm')).not.toContain('pip install');
    expect(mendFor('constructor')).toContain('--force-reinstall constructor');
  });
});

describe('patiently', () => {
  const answers: (Response | Error)[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    answers.length = 0;
    vi.stubGlobal('fetch', () => {
      const answer = answers.shift() ?? new TypeError('no line');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const chunkError = () =>
    Object.assign(new Error('Loading chunk 5 failed.'), {
      name: 'ChunkLoadError',
      request: `${location.origin}/parts/5.js`,
    });

  it('tries again while the server cannot be reached', async () => {
    const load = vi.fn().mockRejectedValueOnce(chunkError()).mockRejectedValueOnce(chunkError());
    load.mockResolvedValue('code');
    const result = patiently(load);
    await vi.runAllTimersAsync();
    expect(await result).toBe('code');
    expect(load).toHaveBeenCalledTimes(3);
  });

  it('gives up after a while', async () => {
    const load = vi.fn(() => Promise.reject(chunkError()));
    const failure = patiently(load).catch((error: Error) => error.message);
    await vi.runAllTimersAsync();
    expect(await failure).toContain('5.js could not be loaded: the server can’t be reached');
    expect(load).toHaveBeenCalledTimes(RETRY_DELAYS_MS.length + 1);
  });

  it('says at once what is not there', async () => {
    answers.push(new Response(null, { status: 404 }));
    const load = vi.fn(() => Promise.reject(chunkError()));
    await expect(patiently(load)).rejects.toThrow('404');
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('waits for a server that starts anew behind its proxy', async () => {
    answers.push(new Response(null, { status: 502 }));
    const load = vi.fn().mockRejectedValueOnce(chunkError()).mockResolvedValue('code');
    const result = patiently(load);
    await vi.runAllTimersAsync();
    expect(await result).toBe('code');
  });

  it('hands other errors on', async () => {
    const load = vi.fn(() => Promise.reject(new Error('broken code')));
    await expect(patiently(load)).rejects.toThrow('broken code');
    expect(load).toHaveBeenCalledTimes(1);
  });
});
