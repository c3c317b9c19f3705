/** Markdown, and formulas in LaTeX. The code of both is loaded when it is first needed. */
export { latexTypesetter, typeset } from './typesetter';
