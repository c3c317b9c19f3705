import { afterEach, describe, expect, it, vi } from 'vitest';
import { withSourcePositions } from '../../src/development/source-positions';
import { ScriptErrors } from '../../src/development/script-errors';
import type { ErrorReport } from '../../src/protocol';

const ORIGIN = 'http://localhost:1';
// One line of two segments: column 0 is line 3, column 5 of the source; column 10 its line 4.
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

describe('a stack', () => {
  const script = `${ORIGIN}/a/main.js`;
  const stack = `Error: no\n    at draw (${script}:1:12)\n    at ${script}:1:1\n    at x (${ORIGIN}/b.js:7:8)`;

  it('names the original files, where there is a map', async () => {
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

  it('stays as it is where a map is gone or broken', async () => {
    serve({ [script]: '//# sourceMappingURL=main.js.map', [`${script}.map`]: '<html>' });
    expect(await withSourcePositions(stack, ORIGIN)).toBe(stack);
  });

  it('has nothing fetched from anywhere else', async () => {
    const fetched = serve({});
    await withSourcePositions('at x (http://elsewhere/a.js:1:1)', ORIGIN);
    expect(fetched).not.toHaveBeenCalled();
  });
});

describe('errors of scripts', () => {
  function setUp(original: (stack: string) => Promise<string>) {
    const shown: ErrorReport[] = [];
    const told: string[] = [];
    const errors = new ScriptErrors(
      (report) => shown.push(report),
      (_title, text) => told.push(text),
      original,
    );
    return { errors, shown, told };
  }

  it('are told in their order, however long their places take', async () => {
    const waiting: ((stack: string) => void)[] = [];
    const { errors, shown } = setUp(() => new Promise((resolve) => waiting.push(resolve)));
    errors.report('One', new Error('one'));
    errors.report('Two', new Error('two'));
    waiting[1]!('at two.ts');
    waiting[0]!('at one.ts');
    await vi.waitFor(() => expect(shown).toHaveLength(2));
    expect(shown.map((report) => report.traceback)).toEqual(['at one.ts', 'at two.ts']);
  });

  it('are told with the places that there are, where others are not found', async () => {
    const { errors, shown, told } = setUp(() => Promise.reject(new Error('no')));
    errors.report('Title', new Error('why'));
    errors.report('Title', 'no error at all');
    await vi.waitFor(() => expect(shown).toHaveLength(2));
    expect(shown[0]!.traceback).toContain('script-errors.test.ts');
    expect(told[0]).toContain('Error: why');
    expect(told[1]).toBe('no error at all\n');
  });

  it('are told once, and without end only so often', async () => {
    const { errors, shown } = setUp((stack) => Promise.resolve(stack));
    for (let count = 0; count < 30; count += 1) {
      errors.report('Title', `error ${count}`);
      errors.report('Title', `error ${count}`);
    }
    errors.report('Title', 'ResizeObserver loop completed');
    await vi.waitFor(() => expect(shown).toHaveLength(20));
  });
});
