import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANSWER_WITHIN_MS, PING_EVERY_MS, Liveness } from '../../src/connection/liveness';
import { Incoming } from '../../src/connection/incoming';
import { OutgoingQueue } from '../../src/connection/outgoing';
import { Schedule } from '../../src/connection/schedule';
import { Transport } from '../../src/connection/transport';
import type { Batch, Control, PageMessage, ServerMessage } from '../../src/protocol';
import { FakeSocket } from './fake-socket';

const FOUND_WITHIN_MS = 40_000;
const said = (name: string): PageMessage => ['msg', name, {}];
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

describe('the outgoing queue', () => {
  it('writes each message to a socket once', () => {
    const queue = new OutgoingQueue();
    expect([queue.add(said('a')), queue.add(said('b'))]).toEqual([1, 2]);
    expect(frames(queue)).toEqual([[1, ['a', 'b']]]);
    expect(frames(queue)).toEqual([]);
    queue.add(said('c'));
    expect(frames(queue)).toEqual([[3, ['c']]]);
  });

  it.each([
    [0, [[1, ['a', 'b', 'c']]]],
    [1, [[2, ['b', 'c']]]],
    [3, []],
  ])('goes on after the %i messages that were received', (received, expected) => {
    const queue = new OutgoingQueue();
    for (const name of ['a', 'b', 'c']) {
      queue.add(said(name));
    }
    frames(queue);
    queue.resume(received);
    expect(frames(queue)).toEqual(expected);
  });

  it('takes an acknowledgement once, also one of more than there is', () => {
    const queue = new OutgoingQueue();
    const called: string[] = [];
    queue.add(said('a'), [], () => called.push('a'));
    queue.add(said('b'), [], () => called.push('b'));
    for (const number of [1, 1, 0, 9, 9]) {
      queue.acknowledge(number);
    }
    expect(called).toEqual(['a', 'b']);
    expect(queue.next).toBe(3);
  });

  it('drops only what was not received', () => {
    const queue = new OutgoingQueue();
    const called: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      queue.add(said(name), [], () => called.push(name));
    }
    frames(queue);
    expect(queue.drop(1)).toBe(true);
    expect(called).toEqual(['b', 'c']);
    queue.resume(1);
    expect(queue.drop(1)).toBe(false);
    queue.add(said('d'));
    expect(frames(queue)).toEqual([[2, ['d']]]);
  });
});

describe('incoming messages', () => {
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

  it('are applied once, in order, however often they come', () => {
    const { incoming, take, names } = setUp();
    expect(take(1, 'a', 'b')).toBe(true);
    expect(take(1, 'a', 'b', 'c')).toBe(true);
    expect(take(2, 'b')).toBe(true);
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(incoming.seen).toBe(3);
  });

  it('are not applied across a gap, of one message even', () => {
    const { incoming, take, names } = setUp();
    take(1, 'a');
    expect(take(3, 'c')).toBe(false);
    expect(names()).toEqual(['a']);
    expect(incoming.seen).toBe(1);
    // An acknowledgement alone has the number of the next message, whatever was missed.
    expect(take(9)).toBe(true);
  });
});

describe('the schedule', () => {
  it('waits as long as the server has said, once', async () => {
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

  it('connects at once only where it waits, and then not again', async () => {
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

describe('liveness', () => {
  it('finds a dead connection within 40 s, whenever it died', async () => {
    const dead = vi.fn();
    const liveness = new Liveness(() => true, dead);
    liveness.start();
    await vi.advanceTimersByTimeAsync(PING_EVERY_MS);
    // The last sign of life is the answer to this.
    liveness.received();
    await vi.advanceTimersByTimeAsync(FOUND_WITHIN_MS);
    expect(dead).toHaveBeenCalledOnce();
  });

  it('reads what a page that was asleep has not read yet', async () => {
    const dead = vi.fn();
    const liveness = new Liveness(() => true, dead);
    liveness.check();
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS + 1);
    liveness.received();
    await vi.advanceTimersByTimeAsync(FOUND_WITHIN_MS);
    expect(dead).not.toHaveBeenCalled();
  });

  it('waits for no answer where it could not ask', async () => {
    const dead = vi.fn();
    const liveness = new Liveness(() => false, dead);
    liveness.start();
    await vi.advanceTimersByTimeAsync(2 * FOUND_WITHIN_MS);
    expect(dead).not.toHaveBeenCalled();
  });
});

describe('the line', () => {
  it('hears nothing more of a socket that another has replaced', () => {
    const heard: (Batch | Control)[] = [];
    const codes: number[] = [];
    const line = new Transport({
      frame: (frame) => heard.push(frame),
      closed: (code) => codes.push(code),
    });
    const stale = new FakeSocket(0);
    line.adopt(stale);
    line.adopt(new FakeSocket(0));
    stale.welcome();
    stale.drop();
    expect([heard, codes]).toEqual([[], []]);
  });

  it('ends once where it is abandoned and its socket closes later', () => {
    const codes: number[] = [];
    const line = new Transport({ frame: () => undefined, closed: (code) => codes.push(code) });
    const socket = new FakeSocket(0);
    line.adopt(socket);
    line.abandon();
    socket.drop(1000);
    expect(codes).toEqual([1006]);
  });

  it('leaves the frames after one that it cannot read', () => {
    const heard: (Batch | Control)[] = [];
    const codes: number[] = [];
    const line = new Transport({
      frame: (frame) => heard.push(frame),
      closed: (code) => codes.push(code),
    });
    const socket = new FakeSocket(0);
    line.adoptEarly({ socket, frames: ['{', '{"type":"pong"}'] });
    expect([heard.length, codes]).toEqual([0, [1006]]);
  });
});
