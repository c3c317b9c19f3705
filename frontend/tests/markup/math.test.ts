import { describe, expect, it } from 'vitest';
import { splitMath } from '../../src/markup/math';

const formulas = (text: string) =>
  splitMath(text)
    .filter((part) => part.math)
    .map((part) => (part.display ? `[${part.text}]` : part.text));

describe('splitMath', () => {
  it.each([
    ['a $x^2$ b', ['x^2']],
    ['$$x$$', ['[x]']],
    ['\\(x\\) and \\[y\\]', ['x', '[y]']],
    ['\\begin{align*}a\\end{align*}', ['[\\begin{align*}a\\end{align*}]']],
    ['costs $5 and $6', []],
    ['costs $5, then $x$', ['x']],
    ['\\$x\\$', []],
    ['nothing', []],
  ])('finds in %j the formulas %j', (text, found) => {
    expect(formulas(text)).toEqual(found);
  });

  it('keeps the whole text', () => {
    const parts = splitMath('a $x$ b');
    expect(parts.map((part) => part.text)).toEqual(['a ', 'x', ' b']);
  });
});
