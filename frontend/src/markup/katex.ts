import katex from 'katex';
import 'katex/dist/katex.min.css';
import type { MathPart } from './latex';

export function renderMath({ text, display }: MathPart): HTMLElement {
  const element = document.createElement('span');
  katex.render(text, element, { displayMode: display, throwOnError: false });
  return element;
}
