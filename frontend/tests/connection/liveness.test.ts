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

  it('waits while data leaves that the ping waits behind', async () => {
    const dead = vi.fn();
    let buffered = 10_000;
    const liveness = new Liveness(
      () => true,
      dead,
      () => buffered,
    );
    liveness.check();
    for (; buffered > 0; buffered -= 1000) {
      await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
      expect(dead).not.toHaveBeenCalled();
    }
    await vi.advanceTimersByTimeAsync(FOUND_WITHIN_MS);
    expect(dead).toHaveBeenCalledOnce();
  });

  it('notices a failed connection while data waits that does not leave', async () => {
    const dead = vi.fn();
    const liveness = new Liveness(
      () => true,
      dead,
      () => 10_000,
    );
    liveness.check();
    await vi.advanceTimersByTimeAsync(FOUND_WITHIN_MS / 2);
    expect(dead).toHaveBeenCalledOnce();
  });

  it('does not wait for an answer if it could not send a ping', async () => {
    const dead = vi.fn();
    const liveness = new Liveness(() => false, dead);
    liveness.start();
    await vi.advanceTimersByTimeAsync(2 * FOUND_WITHIN_MS);
    expect(dead).not.toHaveBeenCalled();
  });
});
