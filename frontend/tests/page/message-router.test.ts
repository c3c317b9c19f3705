import { describe, expect, it, vi } from 'vitest';
import { MessageRouter, type MessageTargets } from '../../src/page/message-router';
import type { ErrorReport, OutputItem, ServerMessage } from '../../src/protocol';

function setUp(change: Partial<MessageTargets> = {}) {
  const calls: unknown[][] = [];
  const call = (name: string) => (...values: unknown[]) => void calls.push([name, ...values]);
  const router = new MessageRouter({
    manager: {
      openComm: call('openComm'),
      deliver: call('deliver'),
      closeComm: call('closeComm'),
      applyOutput: call('applyOutput'),
      outputAreas: new Set([{ applyItem: call('Output') }]),
    },
    area: { applyItem: call('area') },
    errors: { show: call('error') },
    status: { visible: call('visible') },
    navigation: { follow: call('follow') },
    setTitle: call('title'),
    onReady: call('ready'),
    ...change,
  });
  return { router, calls };
}

const item: OutputItem = { output_type: 'stream', name: 'stdout', text: 'x' };
const update: OutputItem = { output_type: 'update_display_data', data: {} };
const report: ErrorReport = { id: '', title: 'ValueError' };

describe('MessageRouter', () => {
  it.each<[ServerMessage, unknown[][]]>([
    [['open', 'a', 'jupyter.widget', {}, {}], [['openComm', 'a', 'jupyter.widget', {}, {}, []]]],
    [['msg', 'a', { method: 'update' }], [['deliver', 'a', { method: 'update' }, undefined, []]]],
    [['close', 'a', {}], [['closeComm', 'a', {}]]],
    [['output', '', item], [['area', item]]],
    [['output', 'a', item], [['applyOutput', 'a', item]]],
    [['output', '', update], [['area', update], ['Output', update]]],
    [['error', report], [['error', report], ['visible']]],
    [['location', '/b', 'push'], [['follow', '/b', 'push']]],
    [['title', 'Page'], [['title', 'Page']]],
    [['ready'], [['ready']]],
    [['none'], []],
  ])('passes %j to the part that it is for', (message, expected) => {
    const { router, calls } = setUp();
    router.route(message, []);
    expect(calls).toEqual(expected);
  });

  it('leaves the window of a single widget where it is', () => {
    const { router, calls } = setUp({ navigation: undefined });
    router.route(['location', '/b', 'push'], []);
    expect(calls).toEqual([]);
  });

  it('passes on buffers', () => {
    const deliver = vi.fn();
    const { router } = setUp({ manager: { deliver } as unknown as MessageTargets['manager'] });
    const buffers = [new DataView(new ArrayBuffer(1))];
    router.route(['msg', 'a', {}, { parent: 'page:1' }], buffers);
    expect(deliver).toHaveBeenCalledWith('a', {}, { parent: 'page:1' }, buffers);
  });
});
