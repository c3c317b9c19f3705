// @vitest-environment happy-dom
import type { Window } from 'happy-dom';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchChunk, LoadError, server } from '../../src/retry';

const answers: (Response | Error)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  answers.length = 0;
  vi.stubGlobal('fetch', () => {
    const answer = answers.shift() ?? new TypeError('no network');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
});

afterEach(() => {
  server.connected = true;
  server.onLoadFailure = () => undefined;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Returns a function that rejects while the network fails. */
function overNetwork(error: () => Error) {
  const network = { broken: true };
  const load = vi.fn(() => (network.broken ? Promise.reject(error()) : Promise.resolve('code')));
  return { network, load };
}

/** Libraries may throw any value. */
function asIs(thrown: unknown): Error {
  return thrown as Error;
}

describe('fetchChunk', () => {
  const url = new URL('/assets/rich-1.js', location.href).href;
  const style = new URL('/assets/rich-1.css', location.href).href;
  it.each([
    new TypeError(`Failed to fetch dynamically imported module: ${url}`),
    new TypeError(`error loading dynamically imported module: ${url}`),
    new TypeError('Importing a module script failed.'),
    new Error(`Unable to preload CSS for ${style}`),
  ])('knows a broken network by: %s', async (error) => {
    const { network, load } = overNetwork(() => error);
    const result = fetchChunk(load);
    network.broken = false;
    await vi.runAllTimersAsync();
    expect(await result).toBe('code');
  });

  it('names a chunk that is missing', async () => {
    answers.push(new Response(null, { status: 404 }));
    const { load } = overNetwork(() => new TypeError(`error loading dynamically imported module: ${url}`));
    const failure = await fetchChunk(load).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LoadError);
    expect(String(failure)).toContain('rich-1.js could not be loaded: it was not found (404)');
  });

  it('throws errors of the code itself', async () => {
    await expect(fetchChunk(() => Promise.reject(new Error('broken code')))).rejects.toThrow('broken code');
    await expect(fetchChunk(() => Promise.reject(asIs('text')))).rejects.toBe('text');
  });

  it('also reloads style sheets that failed to load', async () => {
    // happy-dom fetches nothing: the test reports style sheets as loaded.
    const { settings } = (window as unknown as Window).happyDOM;
    settings.handleDisabledFileLoadingAsSuccess = true;
    const link = document.createElement('link');
    Object.assign(link, { rel: 'stylesheet', crossOrigin: '', href: style });
    document.head.append(link);
    const { network, load } = overNetwork(() => new Error(`Unable to preload CSS for ${style}`));
    const result = fetchChunk(load);
    network.broken = false;
    await vi.runAllTimersAsync();
    expect(await result).toBe('code');
    const [next, ...others] = document.head.querySelectorAll('link');
    expect(others).toEqual([]);
    expect(next).not.toBe(link);
    expect(next!.href).toBe(style);
    next!.remove();
  });
});
