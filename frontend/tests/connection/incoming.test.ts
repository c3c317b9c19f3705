import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Incoming } from '../../src/connection/incoming';
import type { ServerMessage } from '../../src/protocol';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('Incoming', () => {
  const setUp = () => {
    const applied: ServerMessage[] = [];
    const incoming = new Incoming({
      message: (message) => applied.push(message),
      beginSync: () => undefined,
      endSync: () => undefined,
    });
    const take = (first: number, ...names: string[]) =>
      incoming.take({
        type: 'batch',
        ack: 0,
        first,
        messages: names.map((name): ServerMessage => ['msg', name, {}]),
      });
    return { incoming, take, names: () => applied.map((message) => message[1]) };
  };

  it('applies messages once and in order, however often they arrive', () => {
    const { incoming, take, names } = setUp();
    expect(take(1, 'a', 'b')).toBe(true);
    expect(take(1, 'a', 'b', 'c')).toBe(true);
    expect(take(2, 'b')).toBe(true);
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(incoming.seen).toBe(3);
  });

  it('does not apply messages after a gap, even of a single message', () => {
    const { incoming, take, names } = setUp();
    take(1, 'a');
    expect(take(3, 'c')).toBe(false);
    expect(names()).toEqual(['a']);
    expect(incoming.seen).toBe(1);
    // A batch that only acknowledges has the number of the next message, even after a gap.
    expect(take(9)).toBe(true);
  });
});
