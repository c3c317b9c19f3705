/** Shows where in the app's source an error occurred, with links that open an editor. */
import type { Source } from '../protocol';

/** A position in a traceback, as Python writes it. */
const POSITION = /File "([^"]+)", line (\d+)/g;
const CELL = / \[cell \d+\]$/;

/** Returns the URL that opens a file in the editor; undefined if no editor is configured. */
export function editorUrl(
  template: string | undefined,
  path: string,
  line: number,
): string | undefined {
  if (!template || path.startsWith('<')) {
    return undefined;
  }
  // Paths on Windows have backslashes and begin with a drive.
  const forward = path.replaceAll('\\', '/');
  const encoded = forward.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':');
  // The template may already have the first slash of the path.
  const whole = template.replaceAll('/{path}', `/${encoded.replace(/^\//, '')}`);
  return whole.replaceAll('{path}', encoded).replaceAll('{line}', String(line));
}

function link(text: string, url: string): HTMLAnchorElement {
  const element = document.createElement('a');
  element.href = url;
  element.textContent = text;
  return element;
}

export function sourceExcerpt(source: Source, editor: string | undefined): HTMLElement {
  const figure = document.createElement('figure');
  const caption = document.createElement('figcaption');
  const position = `${source.file}, line ${source.line}`;
  const url = editorUrl(editor, source.path, source.in_cell ? 1 : source.line);
  caption.append(url === undefined ? position : link(position, url));
  const lines = document.createElement('pre');
  lines.tabIndex = 0;
  lines.setAttribute('aria-label', `Source near line ${source.line}`);
  const width = String(source.lines.at(-1)?.[0] ?? '').length;
  for (const [number, text] of source.lines) {
    const isIt = number === source.line;
    const row = document.createElement(isIt ? 'mark' : 'span');
    row.textContent = `${isIt ? '❯' : ' '} ${String(number).padStart(width)}  ${text}\n`;
    lines.append(row);
  }
  figure.append(caption, lines);
  return figure;
}

/** Shows a traceback in an element; its positions are links if an editor is configured. */
export function showTraceback(
  element: HTMLElement,
  text: string,
  editor: string | undefined,
): void {
  let end = 0;
  for (const match of text.matchAll(POSITION)) {
    const [position, file, line] = match;
    const url = editorUrl(editor, file!.replace(CELL, ''), CELL.test(file!) ? 1 : Number(line));
    if (url !== undefined) {
      element.append(text.slice(end, match.index), link(position, url));
      end = match.index + position.length;
    }
  }
  element.append(text.slice(end));
}
