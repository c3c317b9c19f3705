import katex from 'katex';
import 'katex/dist/katex.min.css';

export function renderMath(text: string, display: boolean): HTMLElement {
  const element = document.createElement('span');
  katex.render(text, element, { displayMode: display, throwOnError: false });
  return element;
}
