// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LargeDisplays } from '../../src/output/large-displays';

const REFERENCE = 'application/vnd.sundog.reference+json';
const reference = { [REFERENCE]: { hash: 'abc', size: 3 * 2 ** 20 } };
const answers: (Response | Error)[] = [];
const fetched = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  answers.length = 0;
  fetched.mockReset();
  vi.stubGlobal('fetch', (url: string) => {
    fetched(url);
    const answer = answers.shift() ?? new TypeError('no connection');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('LargeDisplays', () => {
  const displays = new LargeDisplays((hash) => `${location.origin}/display/${hash}`);

  it('leaves other bundles as they are', async () => {
    const bundle = { 'text/plain': 'small' };
    expect(await displays.resolve(bundle)).toBe(bundle);
    expect(fetched).not.toHaveBeenCalled();
  });

  it('fetches what a reference stands for, once for several views', async () => {
    answers.push(Response.json({ 'text/html': 'large' }));
    const both = await Promise.all([displays.resolve(reference), displays.resolve(reference)]);
    expect(both).toEqual([{ 'text/html': 'large' }, { 'text/html': 'large' }]);
    expect(fetched.mock.calls).toEqual([[`${location.origin}/display/abc`]]);
  });

  it('says in its place what the server no longer has', async () => {
    answers.push(new Response('', { status: 404 }));
    const shown = await displays.resolve(reference);
    expect(shown).toEqual({ 'text/plain': '… an earlier output of 3.0 MiB was cut off' });
  });

  it('tries again while the server cannot be reached', async () => {
    const broken = new TypeError('no connection');
    answers.push(broken, broken, Response.json({ 'text/html': 'large' }));
    const shown = displays.resolve(reference);
    await vi.runAllTimersAsync();
    expect(await shown).toEqual({ 'text/html': 'large' });
  });
});
