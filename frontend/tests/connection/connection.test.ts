import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, type ConnectionState, type EarlySocket, type Handlers } from '../../src/connection';
import type { ServerMessage } from '../../src/protocol';
import { FakeSocket } from './fake-socket';

function setUp() {
  const sockets: FakeSocket[] = [];
  const applied: ServerMessage[] = [];
  const states: ConnectionState['name'][] = [];
  const known: boolean[] = [];
  const events: string[] = [];
  const dropped: string[] = [];
  const handlers: Handlers = {
    opening: () => undefined,
    message: (message) => applied.push(message),
    beginSync: () => events.push('begin'),
    endSync: () => events.push('end'),
    reset: () => events.push('reset'),
    status: () => undefined,
    state: (state) => {
      states.push(state.name);
      if (state.name === 'ended') {
        known.push(state.known);
      }
    },
    dropped: (reason) => dropped.push(reason),
    development: {
      reloading: () => events.push('reloading'),
      fault: (report) => events.push(`fault ${report?.title ?? 'none'}`),
      menu: (links) => events.push(`menu ${links.length}`),
      assets: (styles, reload) => events.push(`assets ${styles.join()} ${reload}`),
      handled: (id, milliseconds) => events.push(`handled ${id} ${milliseconds}`),
      reloaded: () => undefined,
    },
  };
  const open = (seen: number) => {
    const socket = new FakeSocket(seen);
    sockets.push(socket);
    return socket;
  };
  const connection = new Connection(open, 'page');
  const start = (early?: EarlySocket) => connection.start(handlers, early);
  const last = () => sockets.at(-1)!;
  const reconnect = async () => {
    const count = sockets.length;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sockets.length).toBe(count + 1);
    return last();
  };
  return { connection, start, sockets, applied, states, known, events, dropped, last, reconnect };
}

const flush = () => vi.advanceTimersByTimeAsync(0);
const message = (n: number): ServerMessage => ['msg', 'comm', { n }];
const numbers = (messages: ServerMessage[]) =>
  messages.map((applied) => (applied[2] as { n: number }).n);

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('sending large messages', () => {
  const text = 'x'.repeat(250);

  it('sends parts, and a ping between them', async () => {
    const { connection, start, last } = setUp();
    start();
    last().welcome({ part: 100 });
    connection.send(['msg', 'a', { text }]);
    await flush();
    const { sent } = last();
    expect(sent).toEqual([113, 113, 94].map((size) => `binary of ${size} bytes`));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent.at(-1)).toBe('{"type":"ping"}');
  });

  it('takes confirmed parts for a sign of life', async () => {
    const { connection, start, last, states } = setUp();
    start();
    last().welcome({ part: 100 });
    connection.send(['msg', 'a', { text }]);
    for (let second = 0; second < 120; second += 10) {
      await vi.advanceTimersByTimeAsync(10_000);
      last().receive({ type: 'part', size: 1 });
    }
    expect(states).toEqual(['connecting', 'open']);
  });

  it('sends a frame from its beginning on another socket', async () => {
    const { connection, start, last, reconnect } = setUp();
    start();
    last().welcome({ part: 100 });
    connection.send(['msg', 'a', { text }]);
    await flush();
    last().drop();
    const again = await reconnect();
    again.welcome({ part: 1000, mode: 'resume' });
    expect(again.batches).toEqual([[0, 1, [['msg', 'a', { text }]]]]);
  });

  it('goes on with a frame when the app has been reloaded meanwhile', async () => {
    const { connection, start, last } = setUp();
    const large = 'x'.repeat(3 * 1024 * 1024);
    start();
    last().welcome({ part: 1024 * 1024 });
    connection.send(['msg', 'a', { large }]);
    await flush();
    const part = 1024 * 1024 + 13;
    expect(last().sent).toEqual([`binary of ${part} bytes`]);
    last().welcome({ part: 1024 * 1024, mode: 'sync', reloaded: true });
    for (let count = 0; count < 4; count += 1) {
      last().receive({ type: 'part', size: part });
    }
    const sizes = last().sent.map((each) => Number(/\d+/.exec(each)?.[0]));
    const rest = JSON.stringify([0, 1, [['msg', 'a', { large }]]]).length - 3 * 1024 * 1024 + 13;
    expect(sizes.slice(0, 4)).toEqual([part, part, part, rest]);
  });
});

describe('sending', () => {
  it('waits for the welcome', async () => {
    const { connection, start, last } = setUp();
    start();
    connection.send(['msg', 'a', {}]);
    await flush();
    expect(last().sent).toEqual([]);
    last().welcome();
    expect(last().batches).toEqual([[0, 1, [['msg', 'a', {}]]]]);
  });

  it('numbers messages, and sends those of one task in one frame', async () => {
    const { connection, start, last } = setUp();
    start();
    last().welcome();
    expect(connection.send(['msg', 'a', {}])).toBe('page:1');
    expect(connection.send(['msg', 'b', {}])).toBe('page:2');
    await flush();
    expect(connection.send(['msg', 'c', {}])).toBe('page:3');
    await flush();
    expect(last().batches.map(([, first, messages]) => [first, messages.length])).toEqual([
      [1, 2],
      [3, 1],
    ]);
  });

  it('divides large amounts into several frames', async () => {
    const { connection, start, last } = setUp();
    start();
    last().welcome();
    const text = 'x'.repeat(400_000);
    for (let i = 0; i < 3; i += 1) {
      connection.send(['msg', 'a', { text }]);
    }
    await flush();
    expect(last().batches.map(([, first]) => first)).toEqual([1, 3]);
  });

  it('sends messages that are added while it is sending', () => {
    const { connection, start, last } = setUp();
    start();
    connection.send(['msg', 'a', {}]);
    last().welcome();
    connection.send(['msg', 'b', {}]);
    return flush().then(() =>
      expect(last().batches.map(([, first]) => first)).toEqual([1, 2]),
    );
  });
});

describe('acknowledgement', () => {
  it('calls back once, after the messages of its frame', async () => {
    const { connection, start, last, applied } = setUp();
    start();
    last().welcome();
    const called: [string, number][] = [];
    connection.send(['msg', 'a', {}], [], () => called.push(['first', applied.length]));
    connection.send(['msg', 'b', {}], [], () => called.push(['second', applied.length]));
    await flush();
    last().batch(1, 1, message(1));
    expect(called).toEqual([['first', 1]]);
    last().batch(1, 2);
    last().batch(2, 2);
    expect(called).toEqual([
      ['first', 1],
      ['second', 1],
    ]);
  });

  it('lets a callback send the next message', async () => {
    const { connection, start, last } = setUp();
    start();
    last().welcome();
    connection.send(['msg', 'a', {}], [], () => connection.send(['msg', 'b', {}]));
    await flush();
    last().batch(1, 1);
    await flush();
    expect(last().batches.at(-1)).toEqual([0, 2, [['msg', 'b', {}]]]);
  });

  it('reports what was applied if there is no message to send', async () => {
    const { start, last } = setUp();
    start();
    last().welcome();
    last().batch(0, 1, message(1), message(2));
    await vi.advanceTimersByTimeAsync(1500);
    expect(last().batches).toEqual([[2, 1, []]]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(last().batches.length).toBe(1);
  });
});

describe('receiving', () => {
  it('skips messages that it has applied already', () => {
    const { start, last, applied } = setUp();
    start();
    last().welcome();
    last().batch(0, 1, message(1), message(2));
    last().batch(0, 2, message(2), message(3));
    expect(numbers(applied)).toEqual([1, 2, 3]);
  });

  it('continues after a message that could not be applied', () => {
    const { start, last, applied } = setUp();
    const push = applied.push.bind(applied);
    vi.spyOn(applied, 'push').mockImplementation((item) => {
      if (numbers([item])[0] === 1) {
        throw new Error('bad');
      }
      return push(item);
    });
    start();
    last().welcome();
    last().batch(0, 1, message(1), message(2));
    expect(numbers(applied)).toEqual([2]);
  });

  it('reconnects if messages are missing', async () => {
    const { start, last, applied, reconnect } = setUp();
    start();
    last().welcome();
    last().batch(0, 1, message(1));
    last().batch(0, 3, message(3));
    expect((await reconnect()).seen).toBe(1);
    expect(numbers(applied)).toEqual([1]);
  });

  it('reconnects after a frame that it cannot decode', async () => {
    const { start, last, reconnect } = setUp();
    start();
    last().welcome();
    last().onmessage?.({ data: '{' } as MessageEvent<string>);
    await reconnect();
  });

  it('uses the early socket and what has arrived on it', () => {
    const { start, applied, sockets } = setUp();
    const early = new FakeSocket(0);
    early.readyState = 1;
    const welcome = '{"type":"welcome","mode":"new","seq":0,"received":0,"ack":0}';
    start({ socket: early, frames: [welcome, '[0,1,[["msg","comm",{"n":1}]]]'] });
    early.batch(0, 2, message(2));
    expect(numbers(applied)).toEqual([1, 2]);
    expect(sockets).toEqual([]);
  });

  it('notices that the early socket has been closed', () => {
    const { start, states } = setUp();
    start({ socket: new FakeSocket(0), frames: [], closed: 4001 });
    expect(states.at(-1)).toBe('ended');
  });
});

describe('reconnecting', () => {
  it('resumes: reports what it has seen, and sends once what did not arrive', async () => {
    const { connection, start, last, states, reconnect } = setUp();
    start();
    last().welcome();
    last().batch(0, 1, message(1), message(2));
    const acknowledged: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      connection.send(['msg', name, {}], [], () => acknowledged.push(name));
    }
    await flush();
    last().drop();
    connection.send(['msg', 'd', {}]);
    const socket = await reconnect();
    expect(socket.seen).toBe(2);
    // The first message was handled, the second has arrived, the third was lost.
    socket.welcome({ mode: 'resume', seq: 2, received: 2, ack: 1 });
    expect(acknowledged).toEqual(['a']);
    expect(socket.batches).toEqual([[2, 3, [['msg', 'c', {}], ['msg', 'd', {}]]]]);
    socket.batch(4, 3);
    expect(acknowledged).toEqual(['a', 'b', 'c']);
    expect(states).toEqual(['connecting', 'open', 'reconnecting', 'open']);
  });

  it('reports how many messages a full state replaces', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { start, last, reconnect } = setUp();
    start();
    last().welcome({ mode: 'sync', seq: 5 });
    last().receive({ type: 'synced', seq: 5 });
    expect(warn).not.toHaveBeenCalled();
    last().drop(1013);
    const socket = await reconnect();
    socket.welcome({ mode: 'sync', seq: 40 });
    socket.receive({ type: 'synced', seq: 42 });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^The page missed 37 messages/));
  });

  it('applies a full state as a whole, and continues with its number', async () => {
    const { start, last, applied, events, reconnect } = setUp();
    start();
    last().welcome();
    last().batch(0, 1, message(1));
    last().drop(1013);
    const socket = await reconnect();
    socket.welcome({ mode: 'sync', seq: 40 });
    socket.batch(0, 0, message(100));
    socket.batch(0, 41);
    socket.batch(0, 0, message(101));
    expect(numbers(applied)).toEqual([1]);
    socket.receive({ type: 'synced', seq: 42 });
    expect(events).toEqual(['begin', 'end']);
    socket.batch(0, 43, message(43));
    expect(numbers(applied)).toEqual([1, 100, 101, 43]);
    socket.drop();
    expect((await reconnect()).seen).toBe(43);
  });

  it('ignores a full state that did not arrive completely', async () => {
    const { start, last, applied, reconnect } = setUp();
    start();
    last().welcome();
    last().batch(0, 1, message(1));
    last().drop();
    const first = await reconnect();
    first.welcome({ mode: 'sync', seq: 40 });
    first.batch(0, 0, message(100));
    first.drop();
    const second = await reconnect();
    expect(second.seen).toBe(1);
    second.welcome({ mode: 'sync', seq: 50 });
    second.batch(0, 0, message(200));
    second.receive({ type: 'synced', seq: 50 });
    expect(numbers(applied)).toEqual([1, 200]);
  });

  it('starts again with a new kernel', async () => {
    const { connection, start, last, applied, events, reconnect } = setUp();
    start();
    last().welcome();
    last().batch(0, 1, message(1));
    connection.send(['msg', 'gone', {}]);
    await flush();
    last().drop(1012);
    const socket = await reconnect();
    socket.welcome({ mode: 'new' });
    expect(events).toEqual(['reset']);
    expect(socket.batches).toEqual([]);
    socket.batch(0, 1, message(1));
    expect(applied.length).toBe(2);
    connection.send(['msg', 'a', {}]);
    await flush();
    expect(socket.batches).toEqual([[1, 1, [['msg', 'a', {}]]]]);
  });

  it('numbers messages again if the server has forgotten the page', async () => {
    const { connection, start, last, reconnect } = setUp();
    start();
    last().welcome();
    connection.send(['msg', 'a', {}]);
    connection.send(['msg', 'b', {}]);
    await flush();
    last().batch(1, 1);
    last().drop();
    const socket = await reconnect();
    socket.welcome({ mode: 'sync', seq: 5, received: 0, ack: 0 });
    expect(socket.batches).toEqual([[0, 1, [['msg', 'b', {}]]]]);
  });

  it.each([1003, 1007, 1009])('drops what was refused with %i, and reports it', async (code) => {
    const { connection, start, last, dropped, reconnect } = setUp();
    start();
    last().welcome();
    const acknowledged = vi.fn();
    connection.send(['msg', 'too much', {}], [], acknowledged);
    await flush();
    last().drop(code);
    const socket = await reconnect();
    socket.welcome({ mode: 'resume' });
    expect(dropped.length).toBe(1);
    expect(acknowledged).toHaveBeenCalledOnce();
    connection.send(['msg', 'a', {}]);
    await flush();
    expect(socket.batches).toEqual([[0, 1, [['msg', 'a', {}]]]]);
  });

  it('waits longer after each failure', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { start, last, sockets } = setUp();
    start();
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      last().drop();
      const since = Date.now();
      const count = sockets.length;
      while (sockets.length === count) {
        await vi.advanceTimersByTimeAsync(50);
      }
      waits.push(Date.now() - since);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it('reconnects at once when it is woken', () => {
    const { connection, start, last, sockets } = setUp();
    start();
    last().welcome();
    last().drop();
    connection.wake();
    expect(sockets.length).toBe(2);
  });

  it('retries when the server has asked for, and reports its reason', async () => {
    const { start, last, sockets, states } = setUp();
    start();
    last().receive({ type: 'refused', text: 'All places are taken.', retry_after: 30 });
    last().drop(4003);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(sockets.length).toBe(1);
    await vi.advanceTimersByTimeAsync(16_000);
    expect(sockets.length).toBe(2);
    expect(states).toEqual(['connecting', 'reconnecting']);
  });

  it.each([
    [4001, 'ended'],
    [4002, 'left'],
  ])('does not reconnect after %i', async (code, state) => {
    const { connection, start, last, sockets, states } = setUp();
    start();
    last().welcome();
    last().drop(code);
    connection.wake();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets.length).toBe(1);
    expect(states.at(-1)).toBe(state);
  });

  it.each([true, false])('reports whether the ended kernel was known: %s', (welcomed) => {
    const { start, last, known } = setUp();
    start();
    if (welcomed) {
      last().welcome();
    }
    last().drop(4001);
    expect(known).toEqual([welcomed]);
  });

  it('does not reconnect once the page is closed', async () => {
    const { connection, start, last, sockets } = setUp();
    start();
    last().welcome();
    connection.leave();
    last().drop(1000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets.length).toBe(1);
  });
});

describe('the time that messages take', () => {
  it('is asked for by every connection, and reported by message id', async () => {
    const { connection, start, last, reconnect, events } = setUp();
    start();
    connection.timing(true);
    last().welcome();
    const asked = '{"type":"timing","wanted":true}';
    expect(last().sent).toEqual([asked]);
    const id = connection.send(['close', 'c', {}]);
    last().receive({ type: 'handled', number: 1, milliseconds: 2.5 });
    expect(events).toEqual([`handled ${id} 2.5`]);
    last().drop();
    await reconnect();
    last().welcome({ mode: 'resume' });
    expect(last().sent).toContain(asked);
    connection.timing(false);
    expect(last().sent.at(-1)).toBe('{"type":"timing","wanted":false}');
    last().drop();
    await reconnect();
    last().welcome({ mode: 'resume' });
    expect(last().sent.filter((text) => text.includes('timing'))).toEqual([]);
  });
});

describe('a connection that fails without notice', () => {
  it('is noticed by a ping', async () => {
    const { connection, start, last, sockets } = setUp();
    start();
    last().welcome();
    connection.wake();
    expect(last().sent).toEqual(['{"type":"ping"}']);
    await vi.advanceTimersByTimeAsync(16_500);
    expect(sockets.length).toBe(2);
  });

  it('is not assumed if anything arrives', async () => {
    const { connection, start, last, sockets } = setUp();
    start();
    last().welcome();
    connection.wake();
    last().receive({ type: 'pong' });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sockets.length).toBe(1);
  });
});
