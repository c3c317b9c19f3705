// @vitest-environment happy-dom
import type { Window } from 'happy-dom';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchChunk, LoadError, withRetry, RETRY_DELAYS_MS, server } from '../../src/retry';

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
  server.connected = true;
  server.onLoadFailure = () => undefined;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Rejects while the line is broken. */
function overLine(error: () => Error) {
  const line = { broken: true };
  const load = vi.fn(() => (line.broken ? Promise.reject(error()) : Promise.resolve('code')));
  return { line, load };
}

describe('withRetry', () => {
  const chunkError = () =>
    Object.assign(new Error('Loading chunk 5 failed.'), {
      name: 'ChunkLoadError',
      request: `${location.origin}/parts/5.js`,
    });

  it('tries again while the server cannot be reached', async () => {
    const load = vi.fn().mockRejectedValueOnce(chunkError()).mockRejectedValueOnce(chunkError());
    load.mockResolvedValue('code');
    const result = withRetry(load);
    await vi.runAllTimersAsync();
    expect(await result).toBe('code');
    expect(load).toHaveBeenCalledTimes(3);
  });

  it('gives up after a while where the page is connected', async () => {
    const load = vi.fn(() => Promise.reject(chunkError()));
    const failure = withRetry(load).catch((error: Error) => error.message);
    await vi.runAllTimersAsync();
    expect(await failure).toContain('5.js could not be loaded: the server can’t be reached');
    expect(load).toHaveBeenCalledTimes(RETRY_DELAYS_MS.length + 1);
  });

  it('says at once what is not there', async () => {
    answers.push(new Response(null, { status: 404 }));
    const load = vi.fn(() => Promise.reject(chunkError()));
    await expect(withRetry(load)).rejects.toThrow('404');
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('waits for a server that starts anew behind its proxy', async () => {
    answers.push(new Response(null, { status: 502 }));
    const load = vi.fn().mockRejectedValueOnce(chunkError()).mockResolvedValue('code');
    const result = withRetry(load);
    await vi.runAllTimersAsync();
    expect(await result).toBe('code');
  });

  it('hands other errors on', async () => {
    const load = vi.fn(() => Promise.reject(new Error('broken code')));
    await expect(withRetry(load)).rejects.toThrow('broken code');
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('waits as long as the page is not connected, and then tries at once', async () => {
    server.connected = false;
    const { line, load } = overLine(chunkError);
    const result = withRetry(load);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(load).toHaveBeenCalledTimes(1);
    line.broken = false;
    server.connected = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(await result).toBe('code');
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('has a connection looked at that is found to be dead only later', async () => {
    const { line, load } = overLine(chunkError);
    server.onLoadFailure = vi.fn();
    const result = withRetry(load);
    await vi.advanceTimersByTimeAsync(15_500);
    expect(server.onLoadFailure).toHaveBeenCalled();
    server.connected = false;
    await vi.advanceTimersByTimeAsync(3_600_000);
    line.broken = false;
    server.connected = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(await result).toBe('code');
  });

  it('does not wait for an answer that the broken line has swallowed', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    server.connected = false;
    const { line, load } = overLine(chunkError);
    const result = withRetry(load);
    await vi.advanceTimersByTimeAsync(60_000);
    line.broken = false;
    server.connected = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(await result).toBe('code');
  });
});

describe('fetchChunk', () => {
  const url = new URL('/assets/rich-1.js', location.href).href;
  const style = new URL('/assets/rich-1.css', location.href).href;
  it.each([
    new TypeError(`Failed to fetch dynamically imported module: ${url}`),
    new TypeError(`error loading dynamically imported module: ${url}`),
    new TypeError('Importing a module script failed.'),
    new Error(`Unable to preload CSS for ${style}`),
  ])('knows a broken line by: %s', async (error) => {
    const { line, load } = overLine(() => error);
    const result = fetchChunk(load);
    line.broken = false;
    await vi.runAllTimersAsync();
    expect(await result).toBe('code');
  });

  it('says which chunk is not there any more', async () => {
    answers.push(new Response(null, { status: 404 }));
    const { load } = overLine(() => new TypeError(`error loading dynamically imported module: ${url}`));
    const failure = await fetchChunk(load).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LoadError);
    expect(String(failure)).toContain('rich-1.js could not be loaded: it was not found (404)');
  });

  it('hands on what the code itself throws', async () => {
    await expect(fetchChunk(() => Promise.reject(new Error('broken code')))).rejects.toThrow('broken code');
    await expect(fetchChunk(() => Promise.reject(asIs('text')))).rejects.toBe('text');
  });

  it('loads the style sheets too that did not come', async () => {
    // Nothing is fetched here; what would be is said to have come.
    const { settings } = (window as unknown as Window).happyDOM;
    settings.handleDisabledFileLoadingAsSuccess = true;
    const link = document.createElement('link');
    Object.assign(link, { rel: 'stylesheet', crossOrigin: '', href: style });
    document.head.append(link);
    const { line, load } = overLine(() => new Error(`Unable to preload CSS for ${style}`));
    const result = fetchChunk(load);
    line.broken = false;
    await vi.runAllTimersAsync();
    expect(await result).toBe('code');
    const [next, ...others] = document.head.querySelectorAll('link');
    expect(others).toEqual([]);
    expect(next).not.toBe(link);
    expect(next!.href).toBe(style);
    next!.remove();
  });
});

/** Libraries throw what they like. */
function asIs(thrown: unknown): Error {
  return thrown as Error;
}
