import { Marked } from 'marked';

const marked = new Marked({ gfm: true });

const MATH = /\$\$[\s\S]+?\$\$|\\\[[\s\S]+?\\\]|\\\([\s\S]+?\\\)|(?<![\\$])\$(?!\s)[^$\n]+?(?<!\s)\$(?!\d)/g;
const CODE = /(```[\s\S]*?```|~~~[\s\S]*?~~~|`[^`\n]*`)/;

/** Returns the HTML of a Markdown text. Formulas pass through untouched. */
export function renderMarkdown(source: string): string {
  const formulas: string[] = [];
  const kept = source
    .split(CODE)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(MATH, (formula) => `\u{F0000}${formulas.push(formula) - 1}\u{F0001}`),
    )
    .join('');
  const html = marked.parse(kept, { async: false });
  return html.replace(/\u{F0000}(\d+)\u{F0001}/gu, (_, index: string) =>
    escapeHtml(formulas[Number(index)] ?? ''),
  );
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
