import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANSWER_WITHIN_MS, PING_EVERY_MS, Liveness } from '../../src/connection/liveness';

const FOUND_WITHIN_MS = 40_000;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('Liveness', () => {
  it('notices a failed connection within 40 s, whenever it failed', async () => {
    const dead = vi.fn();
    const liveness = new Liveness(() => true, dead);
    liveness.start();
    await vi.advanceTimersByTimeAsync(PING_EVERY_MS);
    // The answer to this ping is the last that arrives.
    liveness.received();
    await vi.advanceTimersByTimeAsync(FOUND_WITHIN_MS);
    expect(dead).toHaveBeenCalledOnce();
  });

  it('waits for what has arrived while the computer was asleep', async () => {
    const dead = vi.fn();
    const liveness = new Liveness(() => true, dead);
    liveness.check();
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS + 1);
    liveness.received();
    await vi.advanceTimersByTimeAsync(FOUND_WITHIN_MS);
    expect(dead).not.toHaveBeenCalled();
  });

  it('does not wait for an answer if it could not send a ping', async () => {
    const dead = vi.fn();
    const liveness = new Liveness(() => false, dead);
    liveness.start();
    await vi.advanceTimersByTimeAsync(2 * FOUND_WITHIN_MS);
    expect(dead).not.toHaveBeenCalled();
  });
});
