// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { describe as describeMessage, type Entry, TrafficLog } from '../../src/inspector/traffic';

describe('TrafficLog', () => {
  it('describes messages', () => {
    expect(describeMessage(['msg', 'c', { method: 'update', state: { value: 1, index: 2 } }])).toBe(
      'update value, index',
    );
    expect(describeMessage(['msg', 'c', { method: 'custom', content: { event: 'click' } }])).toBe(
      'custom click',
    );
    expect(describeMessage(['open', 'c', 'jupyter.widget', {}, {}])).toBe('open');
    expect(describeMessage(['output', '', { output_type: 'stream' }])).toBe('output stream');
  });

  it('measures sizes and times', () => {
    let now = 10;
    const log = new TrafficLog(() => now);
    const changed: Entry[] = [];
    log.onEntry = (entry) => changed.push({ ...entry });
    log.sent('p:1', ['msg', 'c', { method: 'custom', content: 'é' }], [new Uint8Array(100)]);
    now = 35;
    log.handled('p:1', 12.5);
    log.acknowledged('p:1');
    log.acknowledged('p:1');
    log.received(['none'], []);
    expect(log.entries).toMatchObject([
      { direction: 'sent', comm: 'c', roundTrip: 25, server: 12.5 },
      { direction: 'received', comm: '', bytes: '["none"]'.length, at: 35 },
    ]);
    const json = '["msg","c",{"method":"custom","content":"é"}]';
    expect(log.entries[0]!.bytes).toBe(json.length + 1 + 100);
    expect(changed.map((entry) => entry.number)).toEqual([1, 1, 1, 2]);
  });

  it('keeps the last messages, and no huge ones', () => {
    const log = new TrafficLog();
    for (let count = 0; count < 600; count += 1) {
      log.received(['title', String(count)], []);
    }
    expect(log.entries.map((entry) => entry.what)).toHaveLength(500);
    expect(log.entries[0]!.what).toBe('title 100');
    log.received(['title', 'x'.repeat(300_000)], []);
    expect(log.entries.at(-1)!.text).toBeUndefined();
  });
});
