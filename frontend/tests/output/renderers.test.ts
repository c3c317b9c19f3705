// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { MimeExtensions } from '../../src/output/mime-extensions';
import { foreignTypes, renderBundle, richestType } from '../../src/output/renderers';

/** The richest first: JupyterLab's default ranks, and those of the extensions it comes with. */
const ORDER = [
  'application/json',
  'text/html',
  'application/vnd.vegalite.v5+json',
  'text/markdown',
  'text/latex',
  'image/svg+xml',
  'image/bmp',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'application/pdf',
  'text/javascript',
  'application/javascript',
  'application/geo+json',
  'text/plain',
  'application/vnd.unknown.v1+json',
  'text/x-python',
];

function bundle(types: string[]): Record<string, unknown> {
  return Object.fromEntries(types.map((mime) => [mime, mime.endsWith('json') ? {} : mime]));
}

describe('richestType', () => {
  it('chooses as JupyterLab does, however a bundle is ordered', () => {
    ORDER.forEach((mime, index) => {
      const rest = ORDER.slice(index);
      expect(richestType(bundle(rest))!.mime).toBe(mime);
      expect(richestType(bundle(rest.toReversed()))!.mime).toBe(mime);
    });
  });

  it('shows nothing that is neither text nor JSON', () => {
    expect(richestType({ 'application/octet-stream': 'AAAA' })).toBeUndefined();
    expect(richestType({ 'application/geo+json': 'no JSON' })).toBeUndefined();
    expect(richestType({ constructor: {} })).toBeUndefined();
  });
});

describe('renderBundle', () => {
  it('shows unknown kinds of text as text', async () => {
    const host = document.createElement('div');
    await renderBundle(host, { 'text/x-python': 'if a < b: pass' }, {});
    expect(host.textContent).toBe('if a < b: pass');
    expect(host.dataset['mimeType']).toBe('text/x-python');
  });

  it('shows unknown kinds of JSON as a tree', async () => {
    const host = document.createElement('div');
    const point = { type: 'Point', coordinates: [1, 2] };
    expect(foreignTypes({ 'application/geo+json': point })).toEqual(['application/geo+json']);
    await renderBundle(host, { 'application/geo+json': point }, {});
    expect(host.querySelector('.sundog-json')!.textContent).toContain('type: "Point"');
  });
});

describe('MimeExtensions', () => {
  const widget = { renderModel: () => Promise.resolve() };
  function extensions(rank?: number): MimeExtensions {
    const rendererFactory = { mimeTypes: ['application/geo+json'], createRenderer: () => widget };
    const plugin = rank === undefined ? { rendererFactory } : { rank, rendererFactory };
    return new MimeExtensions({
      fetchManifest: () => Promise.resolve({ labextensions: { maps: { mimeExtension: './index' } } }),
      fetchLabExtensions: () =>
        Promise.resolve({ module: () => Promise.resolve({ default: plugin }) }),
    } as never);
  }
  const data = { 'application/geo+json': {}, 'text/html': '', 'text/plain': '' };
  const render = (rank: number | undefined, knownRank?: number) =>
    extensions(rank).render(['application/geo+json'], data, {}, knownRank);

  it('shows what is richer than all that is known here', async () => {
    expect(await render(0, 50)).toBe(widget);
    expect(await render(undefined, 120)).toBe(widget);
    expect(await render(undefined)).toBe(widget);
  });

  it('leaves a bundle whose known types are richer', async () => {
    expect(await render(undefined, 50)).toBeUndefined();
  });
});
