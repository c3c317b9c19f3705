import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OutgoingQueue } from '../../src/connection/outgoing';
import type { PageMessage } from '../../src/protocol';

const message = (name: string): PageMessage => ['msg', name, {}];

const frames = (queue: OutgoingQueue) =>
  [...queue.frames(0)].map((frame) => {
    const [, first, messages] = JSON.parse(frame as string) as [number, number, PageMessage[]];
    return [first, messages.map((message) => message[1])];
  });

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('OutgoingQueue', () => {
  it('writes each message to a socket once', () => {
    const queue = new OutgoingQueue();
    expect([queue.add(message('a')), queue.add(message('b'))]).toEqual([1, 2]);
    expect(frames(queue)).toEqual([[1, ['a', 'b']]]);
    expect(frames(queue)).toEqual([]);
    queue.add(message('c'));
    expect(frames(queue)).toEqual([[3, ['c']]]);
  });

  it.each([
    [0, [[1, ['a', 'b', 'c']]]],
    [1, [[2, ['b', 'c']]]],
    [3, []],
  ])('continues after the %i messages that were received', (received, expected) => {
    const queue = new OutgoingQueue();
    for (const name of ['a', 'b', 'c']) {
      queue.add(message(name));
    }
    frames(queue);
    queue.resume(received);
    expect(frames(queue)).toEqual(expected);
  });

  it('handles an acknowledgement once, even one of more messages than there are', () => {
    const queue = new OutgoingQueue();
    const called: string[] = [];
    queue.add(message('a'), [], () => called.push('a'));
    queue.add(message('b'), [], () => called.push('b'));
    for (const number of [1, 1, 0, 9, 9]) {
      queue.acknowledge(number);
    }
    expect(called).toEqual(['a', 'b']);
    expect(queue.next).toBe(3);
  });

  it('only drops what was not received', () => {
    const queue = new OutgoingQueue();
    const called: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      queue.add(message(name), [], () => called.push(name));
    }
    frames(queue);
    expect(queue.drop(1)).toBe(true);
    expect(called).toEqual(['b', 'c']);
    queue.resume(1);
    expect(queue.drop(1)).toBe(false);
    queue.add(message('d'));
    expect(frames(queue)).toEqual([[2, ['d']]]);
  });
});
