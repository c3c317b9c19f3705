import { describe, expect, it } from 'vitest';
import { cut, MAX_TEXT_LENGTH, shortened } from '../../src/output/cut-text';
import { AreaItems } from '../../src/output/items';

const stream = (text: string) => ({ output_type: 'stream', name: 'stdout', text });

describe('cut', () => {
  it('cuts off whole lines and counts them', () => {
    expect(cut('one\ntwo\nthree\nfo', 9)).toBe('… 2 earlier lines were cut off\nthree\nfo');
    expect(cut('one\ntwo\n', 4)).toBe('… 1 earlier line was cut off\ntwo\n');
  });

  it('adds to what was cut off before', () => {
    const before = '… 1,999 earlier lines were cut off\none\ntwo\n';
    expect(cut(before, 4)).toBe('… 2,000 earlier lines were cut off\ntwo\n');
  });

  it('cuts through a line if there is only one', () => {
    expect(cut('abcdef', 2)).toBe('… earlier text was cut off\nef');
  });
});

describe('a stream that is too long', () => {
  it('keeps its end, with a note', () => {
    const area = new AreaItems();
    const line = `${'x'.repeat(1023)}\n`;
    area.apply(stream(line.repeat(4096)));
    const [change] = area.apply(stream('the end\n'));
    expect(change!.kind).toBe('replace');
    const text = area.items[0]!['text'] as string;
    expect(text.startsWith('… 1,025 earlier lines were cut off\n')).toBe(true);
    expect(text.endsWith('the end\n')).toBe(true);
    expect(text.length).toBeLessThan(MAX_TEXT_LENGTH);
    expect(area.apply(stream('more'))[0]!.kind).toBe('extend');
  });

  it('says nothing of what was overwritten', () => {
    const progress = `start\n${'\r50 % of it'.repeat(2 ** 19)}\r99 %`;
    expect(shortened(progress)).toBe('start\n99 % of it\r99 %');
    expect(shortened(`${progress}\rdone!!!!!!`)).toBe('start\ndone!!!!!!');
  });
});
