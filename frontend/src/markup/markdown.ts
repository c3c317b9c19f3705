/** Renders Markdown as JupyterLab does. */
import { removeMath, replaceMath } from '@jupyterlab/rendermime/lib/latex';
import { Marked, type Tokens } from 'marked';
import { fetchChunk } from '../retry';

const marked = new Marked({
  gfm: true,
  async: true,
  async walkTokens(token) {
    if (token.type === 'code') {
      await highlightFence(token as Tokens.Code);
    }
  },
  renderer: {
    heading({ depth, tokens }) {
      const text = this.parser.parseInline(tokens, this.parser.textRenderer);
      // The ids that JupyterLab gives to headings, so that links within a notebook work.
      const id = escapeHtml(text.replaceAll(' ', '-')).replaceAll('"', '&quot;');
      return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
  },
});

async function highlightFence(fence: Tokens.Code): Promise<void> {
  const language = fence.lang?.match(/^[\w+#-]+/)?.[0].toLowerCase();
  if (language !== undefined) {
    const { highlight } = await fetchChunk(() => import('./highlight'));
    const html = highlight(fence.text, language);
    if (html !== undefined) {
      Object.assign(fence, { text: html, escaped: true });
    }
  }
}

/** Returns the HTML of a Markdown text, in which formulas are as they were. */
export async function renderMarkdown(source: string): Promise<string> {
  const { text, math } = removeMath(source);
  // Formulas in headings become part of an attribute, the heading's id.
  const escaped = math.map((formula) => formula.replaceAll('"', '&quot;'));
  return replaceMath(await parseMarkdown(text), escaped);
}

/** The same, for a text without formulas. */
export function parseMarkdown(text: string): Promise<string> {
  return marked.parse(text, { async: true });
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
