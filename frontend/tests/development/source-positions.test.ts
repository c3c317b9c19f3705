import { afterEach, describe, expect, it, vi } from 'vitest';
import { withSourcePositions } from '../../src/development/source-positions';

const ORIGIN = 'http://localhost:1';

// One line with two segments: column 0 is line 3, column 5 of the source; column 10 is line 4.
const MAP = {
  version: 3,
  sources: ['../../frontend/src/draw.ts'],
  names: [],
  mappings: 'AAEK,UACA',
};

function serve(files: Record<string, string>) {
  const fetched = vi.fn((url: string) =>
    Promise.resolve({ ok: url in files, status: 404, text: () => Promise.resolve(files[url]!) }),
  );
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('withSourcePositions', () => {
  const script = `${ORIGIN}/a/main.js`;
  const stack = `Error: no\n    at draw (${script}:1:12)\n    at ${script}:1:1\n    at x (${ORIGIN}/b.js:7:8)`;

  it('names the original files if there is a source map', async () => {
    serve({
      [script]: 'draw()\n//# sourceMappingURL=main.js.map\n',
      [`${script}.map`]: JSON.stringify(MAP),
      [`${ORIGIN}/b.js`]: 'no map',
    });
    expect(await withSourcePositions(stack, ORIGIN)).toBe(
      'Error: no\n    at draw (frontend/src/draw.ts:4:6)\n    at frontend/src/draw.ts:3:6\n' +
        `    at x (${ORIGIN}/b.js:7:8)`,
    );
  });

  it('keeps a stack whose source map is missing or broken', async () => {
    serve({ [script]: '//# sourceMappingURL=main.js.map', [`${script}.map`]: '<html>' });
    expect(await withSourcePositions(stack, ORIGIN)).toBe(stack);
  });

  it('does not fetch anything from other servers', async () => {
    const fetched = serve({});
    await withSourcePositions('at x (http://elsewhere/a.js:1:1)', ORIGIN);
    expect(fetched).not.toHaveBeenCalled();
  });
});
