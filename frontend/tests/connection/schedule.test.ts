import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Schedule } from '../../src/connection/schedule';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('Schedule', () => {
  it('waits as long as the server has asked for, once', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const connect = vi.fn();
    const schedule = new Schedule(connect);
    expect(schedule.refuse(30)).toBe(30_000);
    schedule.later();
    expect(schedule.isRefused).toBe(false);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(connect).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(connect).toHaveBeenCalledOnce();
    schedule.later();
    await vi.advanceTimersByTimeAsync(1000);
    expect(connect).toHaveBeenCalledTimes(2);
  });

  it('connects at once only if it is waiting, and only once', async () => {
    const connect = vi.fn();
    const schedule = new Schedule(connect);
    schedule.now();
    expect(connect).not.toHaveBeenCalled();
    schedule.later();
    schedule.now();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connect).toHaveBeenCalledOnce();
  });
});
