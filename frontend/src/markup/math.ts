/**
 * Finds formulas in text that the page shows. What Markdown must not touch is found by JupyterLab's
 * rendermime (see markdown.ts); MathJax, which finds formulas in pages of Jupyter, is not used here.
 */

export interface MathPart {
  text: string;
  math: boolean;
  /** Whether the formula is a block of its own, not part of a line. */
  display: boolean;
}

/** A dollar sign before a digit, or beside a space, is most likely a price. */
const FORMULA =
  /\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]|\\\(([\s\S]+?)\\\)|(\\begin\{([a-z]+\*?)\}[\s\S]+?\\end\{\5\})|(?<![\\$])\$(?!\s)((?:[^$\\]|\\[\s\S])+?)(?<!\s)\$(?!\d)/g;

/**
 * Splits a text into plain parts and formulas: `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and environments.
 *
 * `splitMath('so $x$')` returns the parts `so ` and, as a formula, `x`.
 */
export function splitMath(text: string): MathPart[] {
  const parts: MathPart[] = [];
  let from = 0;
  for (const match of text.matchAll(FORMULA)) {
    if (match.index > from) {
      parts.push({ text: text.slice(from, match.index), math: false, display: false });
    }
    const [all, dollars, brackets, parentheses, environment, , inline] = match;
    const formula = dollars ?? brackets ?? parentheses ?? environment ?? inline ?? all;
    const display = (dollars ?? brackets ?? environment) !== undefined;
    parts.push({ text: formula, math: true, display });
    from = match.index + all.length;
  }
  if (from < text.length) {
    parts.push({ text: text.slice(from), math: false, display: false });
  }
  return parts;
}
