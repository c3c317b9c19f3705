/** Typesets formulas in the page. KaTeX is a chunk of its own, which the first formula loads. */
import { fetchChunk } from '../retry';

const MAY_HAVE_MATH = /\$|\\\(|\\\[|\\begin\{/;

/** Whether a text may contain formulas; quick, and true too often rather than too rarely. */
export function mayHaveMath(text: string): boolean {
  return MAY_HAVE_MATH.test(text);
}

/** The LaTeX typesetter that Jupyter's widgets and renderers expect. */
export const latexTypesetter = {
  typeset(element: HTMLElement): void {
    if (mayHaveMath(element.textContent ?? '')) {
      void typeset(element);
    }
  },
};

/** Replaces the formulas in an element; resolves when that is done. */
export async function typeset(element: HTMLElement): Promise<void> {
  const { typesetWithKatex } = await fetchChunk(() => import('./katex'));
  typesetWithKatex(element);
}
