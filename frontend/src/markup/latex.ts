/** Sets formulas in the page with KaTeX, which is loaded by the first text that has one. */
import { fetchChunk } from '../retry';

const MAY_HAVE_MATH = /\$|\\\(|\\\[|\\begin\{/;
const SKIPPED = new Set(['SCRIPT', 'STYLE', 'TEXTAREA', 'PRE', 'CODE', 'OPTION']);

export function mayHaveMath(text: string): boolean {
  return MAY_HAVE_MATH.test(text);
}

/** What widgets and renderers of Jupyter call a LaTeX typesetter. */
export const latexTypesetter = {
  typeset(element: HTMLElement): void {
    if (mayHaveMath(element.textContent ?? '')) {
      void typeset(element);
    }
  },
};

export async function typeset(element: HTMLElement): Promise<void> {
  const { renderMath } = await fetchChunk(() => import('./katex'));
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
    acceptNode: (node) =>
      node instanceof Element && (SKIPPED.has(node.tagName) || node.classList.contains('katex'))
        ? NodeFilter.FILTER_REJECT
        : NodeFilter.FILTER_ACCEPT,
  });
  const texts: Text[] = [];
  element.normalize();
  while (walker.nextNode()) {
    if (walker.currentNode instanceof Text && mayHaveMath(walker.currentNode.data)) {
      texts.push(walker.currentNode);
    }
  }
  for (const text of texts) {
    const parts = splitMath(text.data);
    if (parts.some((part) => part.math)) {
      text.replaceWith(...parts.map((part) => (part.math ? renderMath(part.text, part.display) : part.text)));
    }
  }
}

export interface MathPart {
  text: string;
  math: boolean;
  display: boolean;
}

const FORMULA =
  /\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]|\\\(([\s\S]+?)\\\)|(\\begin\{([a-z]+\*?)\}[\s\S]+?\\end\{\5\})|(?<![\\$])\$(?!\s)((?:[^$\\]|\\[\s\S])+?)(?<!\s)\$(?!\d)/g;

/** Splits a text into plain parts and formulas: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, environments. */
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
