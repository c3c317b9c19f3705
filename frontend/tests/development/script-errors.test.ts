import { afterEach, describe, expect, it, vi } from 'vitest';
import { ScriptErrors } from '../../src/development/script-errors';
import type { ErrorReport } from '../../src/protocol';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('ScriptErrors', () => {
  function setUp(original: (stack: string) => Promise<string>) {
    const shown: ErrorReport[] = [];
    const reported: string[] = [];
    const errors = new ScriptErrors(
      (report) => shown.push(report),
      (_title, text) => reported.push(text),
      original,
    );
    return { errors, shown, reported };
  }

  it('reports errors in order, however long their positions take to be found', async () => {
    const waiting: ((stack: string) => void)[] = [];
    const { errors, shown } = setUp(() => new Promise((resolve) => waiting.push(resolve)));
    errors.report('One', new Error('one'));
    errors.report('Two', new Error('two'));
    waiting[1]!('at two.ts');
    waiting[0]!('at one.ts');
    await vi.waitFor(() => expect(shown).toHaveLength(2));
    expect(shown.map((report) => report.traceback)).toEqual(['at one.ts', 'at two.ts']);
  });

  it('reports the positions in the script if the original ones are not found', async () => {
    const { errors, shown, reported } = setUp(() => Promise.reject(new Error('no')));
    errors.report('Title', new Error('why'));
    errors.report('Title', 'no error at all');
    await vi.waitFor(() => expect(shown).toHaveLength(2));
    expect(shown[0]!.traceback).toContain('script-errors.test.ts');
    expect(reported[0]).toContain('Error: why');
    expect(reported[1]).toBe('no error at all\n');
  });

  it('reports an error once, and only a limited number of errors', async () => {
    const { errors, shown } = setUp((stack) => Promise.resolve(stack));
    for (let count = 0; count < 30; count += 1) {
      errors.report('Title', `error ${count}`);
      errors.report('Title', `error ${count}`);
    }
    errors.report('Title', 'ResizeObserver loop completed');
    await vi.waitFor(() => expect(shown).toHaveLength(20));
  });
});
