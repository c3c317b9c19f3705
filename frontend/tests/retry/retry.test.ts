// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withRetry, RETRY_DELAYS_MS, server } from '../../src/retry';

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

describe('withRetry', () => {
  const chunkError = () =>
    Object.assign(new Error('Loading chunk 5 failed.'), {
      name: 'ChunkLoadError',
      request: `${location.origin}/parts/5.js`,
    });

  it('retries while the server cannot be reached', async () => {
    const load = vi.fn().mockRejectedValueOnce(chunkError()).mockRejectedValueOnce(chunkError());
    load.mockResolvedValue('code');
    const result = withRetry(load);
    await vi.runAllTimersAsync();
    expect(await result).toBe('code');
    expect(load).toHaveBeenCalledTimes(3);
  });

  it('gives up after a while if the page is connected', async () => {
    const load = vi.fn(() => Promise.reject(chunkError()));
    const failure = withRetry(load).catch((error: Error) => error.message);
    await vi.runAllTimersAsync();
    expect(await failure).toContain('5.js could not be loaded: the server can’t be reached');
    expect(load).toHaveBeenCalledTimes(RETRY_DELAYS_MS.length + 1);
  });

  it('reports a missing file at once', async () => {
    answers.push(new Response(null, { status: 404 }));
    const load = vi.fn(() => Promise.reject(chunkError()));
    await expect(withRetry(load)).rejects.toThrow('404');
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('waits for a server that restarts behind its proxy', async () => {
    answers.push(new Response(null, { status: 502 }));
    const load = vi.fn().mockRejectedValueOnce(chunkError()).mockResolvedValue('code');
    const result = withRetry(load);
    await vi.runAllTimersAsync();
    expect(await result).toBe('code');
  });

  it('throws other errors', async () => {
    const load = vi.fn(() => Promise.reject(new Error('broken code')));
    await expect(withRetry(load)).rejects.toThrow('broken code');
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('waits until the page has reconnected, and then retries at once', async () => {
    server.connected = false;
    const { network, load } = overNetwork(chunkError);
    const result = withRetry(load);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(load).toHaveBeenCalledTimes(1);
    network.broken = false;
    server.connected = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(await result).toBe('code');
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('makes the page check its connection, which may have failed without notice', async () => {
    const { network, load } = overNetwork(chunkError);
    server.onLoadFailure = vi.fn();
    const result = withRetry(load);
    await vi.advanceTimersByTimeAsync(15_500);
    expect(server.onLoadFailure).toHaveBeenCalled();
    server.connected = false;
    await vi.advanceTimersByTimeAsync(3_600_000);
    network.broken = false;
    server.connected = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(await result).toBe('code');
  });

  it('does not wait for a response that the network has lost', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    server.connected = false;
    const { network, load } = overNetwork(chunkError);
    const result = withRetry(load);
    await vi.advanceTimersByTimeAsync(60_000);
    network.broken = false;
    server.connected = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(await result).toBe('code');
  });
});
