/** Shows where in the app's source an error happened, with links that open an editor there. */
import type { Source } from '../protocol';

/** A place in a traceback, as Python writes it. */
const PLACE = /File "([^"]+)", line (\d+)/g;
const CELL = / \[cell \d+\]$/;

/** Returns the address that opens a file in the editor; undefined where none is set. */
export function editorUrl(
  template: string | undefined,
  path: string,
  line: number,
): string | undefined {
  if (!template || path.startsWith('<')) {
    return undefined;
  }
  // Windows' paths begin with a drive and have the other slash.
  const forward = path.replaceAll('\\', '/');
  const encoded = forward.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':');
  // What stands for the path's first slash may be in the template.
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
  const place = `${source.file}, line ${source.line}`;
  const url = editorUrl(editor, source.path, source.in_cell ? 1 : source.line);
  caption.append(url === undefined ? place : link(place, url));
  const lines = document.createElement('pre');
  lines.tabIndex = 0;
  lines.setAttribute('aria-label', `The source around line ${source.line}`);
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

/** Fills an element with a traceback whose places are links, where there is an editor. */
export function showTraceback(
  element: HTMLElement,
  text: string,
  editor: string | undefined,
): void {
  let end = 0;
  for (const match of text.matchAll(PLACE)) {
    const [place, file, line] = match;
    const url = editorUrl(editor, file!.replace(CELL, ''), CELL.test(file!) ? 1 : Number(line));
    if (url !== undefined) {
      element.append(text.slice(end, match.index), link(place, url));
      end = match.index + place.length;
    }
  }
  element.append(text.slice(end));
}
