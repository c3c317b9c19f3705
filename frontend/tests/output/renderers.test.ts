// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { foreignTypes, renderBundle, richestType } from '../../src/output/renderers';

/** From the richest type on, by the ranks of JupyterLab and its own extensions. */
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
  it('chooses as JupyterLab does, in whatever order the bundle is', () => {
    ORDER.forEach((mime, index) => {
      const rest = ORDER.slice(index);
      expect(richestType(bundle(rest))!.mime).toBe(mime);
      expect(richestType(bundle(rest.toReversed()))!.mime).toBe(mime);
    });
  });

  it('does not show what is neither text nor JSON', () => {
    expect(richestType({ 'application/octet-stream': 'AAAA' })).toBeUndefined();
    expect(richestType({ 'application/geo+json': 'no JSON' })).toBeUndefined();
    expect(richestType({ constructor: {} })).toBeUndefined();
  });
});

describe('renderBundle', () => {
  it('shows unknown text types as text', async () => {
    const host = document.createElement('div');
    await renderBundle(host, { 'text/x-python': 'if a < b: pass' }, {});
    expect(host.textContent).toBe('if a < b: pass');
    expect(host.dataset['mimeType']).toBe('text/x-python');
  });

  it('shows unknown JSON types as a tree', async () => {
    const host = document.createElement('div');
    const point = { type: 'Point', coordinates: [1, 2] };
    expect(foreignTypes({ 'application/geo+json': point })).toEqual(['application/geo+json']);
    await renderBundle(host, { 'application/geo+json': point }, {});
    expect(host.querySelector('.sundog-json')!.textContent).toContain('type: "Point"');
  });
});
