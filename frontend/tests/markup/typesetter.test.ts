import { describe, expect, it } from 'vitest';
import { mayHaveMath } from '../../src/markup/typesetter';

describe('mayHaveMath', () => {
  it('is false for plain text', () => {
    expect(mayHaveMath('a label')).toBe(false);
    expect(mayHaveMath('$x$')).toBe(true);
  });
});
