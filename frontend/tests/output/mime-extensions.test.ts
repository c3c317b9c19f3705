// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { MimeExtensions } from '../../src/output/mime-extensions';

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

  it('shows a type that is richer than all that the page knows', async () => {
    expect(await render(0, 50)).toBe(widget);
    expect(await render(undefined, 120)).toBe(widget);
    expect(await render(undefined)).toBe(widget);
  });

  it('leaves a bundle if the page knows a richer type', async () => {
    expect(await render(undefined, 50)).toBeUndefined();
  });
});
