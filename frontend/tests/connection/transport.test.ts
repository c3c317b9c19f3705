import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Transport } from '../../src/connection/transport';
import type { Batch, Control } from '../../src/protocol';
import { FakeSocket } from './fake-socket';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('Transport', () => {
  it('ignores a socket that has been replaced', () => {
    const received: (Batch | Control)[] = [];
    const codes: number[] = [];
    const transport = new Transport({
      frame: (frame) => received.push(frame),
      closed: (code) => codes.push(code),
    });
    const stale = new FakeSocket(0);
    transport.adopt(stale);
    transport.adopt(new FakeSocket(0));
    stale.welcome();
    stale.drop();
    expect([received, codes]).toEqual([[], []]);
  });

  it('reports its end once if its socket closes later', () => {
    const codes: number[] = [];
    const transport = new Transport({ frame: () => undefined, closed: (code) => codes.push(code) });
    const socket = new FakeSocket(0);
    transport.adopt(socket);
    transport.abandon();
    socket.drop(1000);
    expect(codes).toEqual([1006]);
  });

  it('ignores the frames after one that it cannot decode', () => {
    const received: (Batch | Control)[] = [];
    const codes: number[] = [];
    const transport = new Transport({
      frame: (frame) => received.push(frame),
      closed: (code) => codes.push(code),
    });
    const socket = new FakeSocket(0);
    transport.adoptEarly({ socket, frames: ['{', '{"type":"pong"}'] });
    expect([received.length, codes]).toEqual([0, [1006]]);
  });
});
