// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { byLikeness, candidates, dependencies, MAX_SEARCHED } from '../../src/loader/labextensions';
import { type LabExtension } from '../../src/loader/manifest';

function extension(registers: string[], more: Partial<LabExtension> = {}): LabExtension {
  return { url: '/', load: 'x.js', registers, sharedPackages: {}, ...more };
}

describe('byLikeness', () => {
  it('sorts names by similarity', () => {
    const names = ['bqplot', 'jupyterlab-plotly', 'jupyterlab-datawidgets'];
    expect(byLikeness('jupyter-datawidgets', names)[0]).toBe('jupyterlab-datawidgets');
    expect(byLikeness('plotlywidget', names)[0]).toBe('jupyterlab-plotly');
  });
});

describe('candidates and dependencies', () => {
  it('prefer the extension that registers the module, and of several the one with its name', () => {
    const known = {
      other: extension(['wanted']),
      wanted: extension(['wanted']),
      'jupyterlab-data': extension(['jupyter-data']),
    };
    expect(candidates('wanted', known)).toEqual({ owners: ['wanted'], others: [] });
    expect(candidates('jupyter-data', known).owners).toEqual(['jupyterlab-data']);
  });

  it('leave out extensions that are known to have other modules', () => {
    const known = Object.fromEntries([...'abcdefgh'].map((name) => [name, extension([name])]));
    expect(candidates('unknown', known)).toEqual({ owners: [], others: [] });
  });

  it('are limited to a few extensions that may have the module', () => {
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

  it('follow dependencies of dependencies, also in cycles', () => {
    const needs = (...names: string[]) =>
      extension([], {
        sharedPackages: Object.fromEntries(names.map((name) => [name, { bundled: false }])),
      });
    const known = { grid: needs('plot', 'react'), plot: needs('scales'), scales: needs('grid') };
    expect(dependencies('grid', known)).toEqual(['plot', 'scales']);
    expect(dependencies('scales', known)).toEqual(['grid', 'plot']);
  });
});
