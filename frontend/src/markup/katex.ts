/** Typesets formulas with KaTeX. */
import katex from 'katex';
import 'katex/dist/katex.min.css';
import { splitMath } from './math';

const SKIPPED = new Set(['SCRIPT', 'STYLE', 'TEXTAREA', 'PRE', 'CODE', 'OPTION']);

/** Replaces the formulas in the texts of an element, except in code. */
export function typesetWithKatex(element: HTMLElement): void {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
    acceptNode: (node) =>
      node instanceof Element && (SKIPPED.has(node.tagName) || node.classList.contains('katex'))
        ? NodeFilter.FILTER_REJECT
        : NodeFilter.FILTER_ACCEPT,
  });
  const texts: Text[] = [];
  element.normalize();
  while (walker.nextNode()) {
    if (walker.currentNode instanceof Text) {
      texts.push(walker.currentNode);
    }
  }
  for (const text of texts) {
    const parts = splitMath(text.data);
    if (parts.some((part) => part.math)) {
      text.replaceWith(
        ...parts.map((part) => (part.math ? renderMath(part.text, part.display) : part.text)),
      );
    }
  }
}

function renderMath(text: string, display: boolean): HTMLElement {
  const element = document.createElement('span');
  katex.render(text, element, { displayMode: display, throwOnError: false });
  return element;
}
