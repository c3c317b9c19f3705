// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { overprint, parseAnsi } from '../../src/output/ansi';
import { TextBlock } from '../../src/output/text';

describe('overprint', () => {
  it.each([
    ['plain\ntext', 'plain\ntext'],
    ['one\r\ntwo', 'one\ntwo'],
    [' 10 %\r 20 %', ' 20 %'],
    ['long line\rshort', 'shortline'.slice(0, 5) + 'line'],
    ['done\r', 'done'],
    ['\x1b[32m50 %\x1b[0m\r', '\x1b[32m50 %\x1b[0m'],
    ['ab\bc', 'ac'],
    ['a\n\bb', 'a\n\bb'],
  ])('shows %j as %j', (text, shown) => {
    expect(overprint(text)).toBe(shown);
  });
});

describe('parseAnsi', () => {
  it('applies styles and drops other sequences', () => {
    const { spans, style } = parseAnsi('a\x1b[1;31mb\x1b[0mc\x1b[2Kd\x1b[4m');
    expect(spans.map((span) => span.text)).toEqual(['a', 'b', 'c', 'd']);
    expect(spans[1]!.style).toEqual({ bold: true, foreground: 'var(--sundog-ansi-red)' });
    expect(style).toEqual({ underline: true });
  });

  it.each([
    ['38;5;196', 'rgb(255, 0, 0)'],
    ['38;5;244', 'rgb(128, 128, 128)'],
    ['38;5;9', 'var(--sundog-ansi-bright-red)'],
    ['38;2;1;2;3', 'rgb(1, 2, 3)'],
    ['92', 'var(--sundog-ansi-bright-green)'],
  ])('knows the colour %s', (code, colour) => {
    expect(parseAnsi(`\x1b[${code}mx`).spans[0]!.style.foreground).toBe(colour);
  });

  it('continues with the style of the text before', () => {
    expect(parseAnsi('x', { bold: true }).spans[0]!.style).toEqual({ bold: true });
  });
});

describe('TextBlock', () => {
  it('shows appended text', () => {
    const block = new TextBlock('a\nb');
    block.append('c\nd');
    expect(block.element.textContent).toBe('a\nbc\nd');
  });

  it('lets a progress bar overwrite itself, even if it arrives in pieces', () => {
    const block = new TextBlock('start\n');
    for (const percent of [10, 50, 100]) {
      block.append(`\r${percent} %`);
    }
    block.append('\nend');
    expect(block.element.textContent).toBe('start\n100 %\nend');
  });

  it('keeps a colour across pieces and lines', () => {
    const block = new TextBlock('\x1b[31mred');
    block.append(' still\nred');
    block.append('\x1b[0m plain');
    const coloured = [...block.element.querySelectorAll('span')].map((span) => span.textContent);
    expect(coloured.join('|')).toBe('red still\n|red');
  });

  it('is never parsed as HTML', () => {
    const block = new TextBlock('<b>&amp;</b>');
    expect(block.element.textContent).toBe('<b>&amp;</b>');
  });
});
