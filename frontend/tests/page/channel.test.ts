import { expect, it, vi } from 'vitest';
import type { Traffic } from '../../src/inspector/traffic';
import { PageChannel } from '../../src/page/channel';
import type { PageMessage, ServerMessage } from '../../src/protocol';

const message: PageMessage = ['msg', 'a', { method: 'custom' }];

function setUp() {
  const acknowledge: (() => void)[] = [];
  const send = vi.fn((_message: PageMessage, _buffers?: unknown, onAcknowledged?: () => void) => {
    acknowledge.push(onAcknowledged!);
    return `page:${acknowledge.length}`;
  });
  const listener = { sent: vi.fn(), received: vi.fn() };
  const traffic = {
    sent: vi.fn(),
    acknowledged: vi.fn(),
    handled: vi.fn(),
    received: vi.fn(),
  } satisfies Traffic;
  return { channel: new PageChannel({ send }, listener), acknowledge, listener, traffic };
}

it('sends messages, and tells the sender when they are acknowledged', () => {
  const { channel, acknowledge, listener } = setUp();
  const onAcknowledged = vi.fn();
  expect(channel.send(message, [], onAcknowledged)).toBe('page:1');
  expect(listener.sent).toHaveBeenCalledWith(message);
  expect(onAcknowledged).not.toHaveBeenCalled();
  acknowledge[0]!();
  expect(onAcknowledged).toHaveBeenCalledOnce();
});

it('reports the messages of both sides while the inspector is open', () => {
  const { channel, acknowledge, listener, traffic } = setUp();
  channel.traffic = traffic;
  const buffers = [new ArrayBuffer(2)];
  channel.send(message, buffers);
  acknowledge[0]!();
  const ready: ServerMessage = ['ready'];
  channel.received(ready, []);
  expect(traffic.sent).toHaveBeenCalledWith('page:1', message, buffers);
  expect(traffic.acknowledged).toHaveBeenCalledWith('page:1');
  expect(traffic.received).toHaveBeenCalledWith(ready, []);
  channel.traffic = undefined;
  channel.received(ready, []);
  expect(traffic.received).toHaveBeenCalledOnce();
  expect(listener.received).toHaveBeenCalledTimes(2);
});
