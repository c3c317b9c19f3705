import { describe, expect, it } from 'vitest';
import { AreaItems } from '../../src/output/items';
import type { OutputItem } from '../../src/protocol';

const stream = (text: string, name = 'stdout'): OutputItem => ({
  output_type: 'stream',
  name,
  text,
});
const html = (text: string, displayId?: string): OutputItem => ({
  output_type: 'display_data',
  data: { 'text/html': text },
  metadata: {},
  ...(displayId === undefined ? {} : { transient: { display_id: displayId } }),
});
const clear = (wait: boolean): OutputItem => ({ output_type: 'clear_output', wait });

function filled(...items: OutputItem[]): AreaItems {
  const area = new AreaItems();
  items.forEach((item) => area.apply(item));
  return area;
}

describe('AreaItems', () => {
  it('joins text of the same stream only', () => {
    const area = filled(stream('a'), stream('b'), stream('c', 'stderr'), stream('d'));
    expect(area.items.map((item) => item['text'])).toEqual(['ab', 'c', 'd']);
    const [change] = area.apply(stream('e'));
    expect(change).toMatchObject({ kind: 'extend', index: 2, text: 'e' });
  });

  it('clears at once', () => {
    const area = filled(stream('a'));
    expect(area.apply(clear(false))).toEqual([{ kind: 'clear', wait: false }]);
    expect(area.items).toEqual([]);
  });

  it('clears when the next item arrives', () => {
    const area = filled(stream('a'));
    expect(area.apply(clear(true))).toEqual([]);
    expect(area.items.length).toBe(1);
    expect(area.apply(stream('b')).map((change) => change.kind)).toEqual(['clear', 'append']);
    expect(area.items).toEqual([stream('b')]);
    area.apply(stream('c'));
    expect(area.items).toEqual([stream('bc')]);
  });

  it('does not clear again after it was cleared at once', () => {
    const area = filled(stream('a'), clear(true), clear(false), stream('b'), stream('c'));
    expect(area.items).toEqual([stream('bc')]);
  });

  it('updates all displays with an id', () => {
    const area = filled(html('a', 'x'), html('b'), html('c', 'x'));
    const changes = area.apply({
      output_type: 'update_display_data',
      data: { 'text/html': 'new' },
      metadata: {},
      transient: { display_id: 'x' },
    });
    expect(changes.map((change) => change.kind === 'replace' && change.index)).toEqual([0, 2]);
    expect(area.items.map((item) => (item['data'] as Record<string, string>)['text/html'])).toEqual(
      ['new', 'b', 'new'],
    );
  });

  it('ignores an update without a display id', () => {
    const area = filled(html('a'));
    expect(area.apply({ output_type: 'update_display_data', data: {}, transient: {} })).toEqual([]);
  });

  it('keeps equal items at the beginning when all items are replaced', () => {
    const area = filled(html('a'), html('b'));
    expect(area.reset([html('a'), html('c')])).toEqual([
      { kind: 'truncate', length: 1 },
      { kind: 'append', item: html('c') },
    ]);
    expect(area.reset([html('a'), html('c')])).toEqual([]);
    expect(area.reset([html('d')]).map((change) => change.kind)).toEqual(['clear', 'append']);
    expect(area.reset([])).toEqual([{ kind: 'clear', wait: false }]);
  });

  it('does not change a list that it has returned', () => {
    const area = filled(stream('a'));
    const before = area.items;
    area.apply(stream('b'));
    expect(before).toEqual([stream('a')]);
  });
});
