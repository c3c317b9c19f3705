import { Marked, type Tokens } from 'marked';
import { fetchChunk } from '../retry';

const marked = new Marked({
  gfm: true,
  async: true,
  async walkTokens(token) {
    if (token.type === 'code') {
      await colour(token as Tokens.Code);
    }
  },
  renderer: {
    heading({ depth, tokens }) {
      const text = this.parser.parseInline(tokens, this.parser.textRenderer);
      // As JupyterLab names headings, so that a notebook's own links lead to them.
      const id = escapeHtml(text.replaceAll(' ', '-')).replaceAll('"', '&quot;');
      return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
  },
});

async function colour(fence: Tokens.Code): Promise<void> {
  const language = fence.lang?.match(/^[\w+#-]+/)?.[0].toLowerCase();
  if (language !== undefined) {
    const { highlight } = await fetchChunk(() => import('./highlight'));
    const html = highlight(fence.text, language);
    if (html !== undefined) {
      Object.assign(fence, { text: html, escaped: true });
    }
  }
}

const MATH = /\$\$[\s\S]+?\$\$|\\\[[\s\S]+?\\\]|\\\([\s\S]+?\\\)|(?<![\\$])\$(?!\s)[^$\n]+?(?<!\s)\$(?!\d)/g;
const CODE = /(```[\s\S]*?```|~~~[\s\S]*?~~~|`[^`\n]*`)/;

/** Returns the HTML of a Markdown text. Formulas pass through untouched. */
export async function renderMarkdown(source: string): Promise<string> {
  const formulas: string[] = [];
  const kept = source
    .split(CODE)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(MATH, (formula) => `\u{F0000}${formulas.push(formula) - 1}\u{F0001}`),
    )
    .join('');
  const html = await marked.parse(kept);
  return html.replace(/\u{F0000}(\d+)\u{F0001}/gu, (_, index: string) =>
    escapeHtml(formulas[Number(index)] ?? ''),
  );
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
