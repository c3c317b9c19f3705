/** Bounds the text of a stream. The server applies the same rules (`sundog.output.text`). */
import { overprint } from './ansi';

/** In UTF-16 code units. */
export const MAX_TEXT_LENGTH = 4 * 2 ** 20;
const KEEP = MAX_TEXT_LENGTH * 0.75;
const NOTE = /^… ([\d,]+) earlier lines? (?:was|were) cut off\n/;

/** Makes a text that is too long shorter: leaves out what was overwritten, then the beginning. */
export function shortened(text: string): string {
  const shown = withoutOverwritten(text);
  return shown.length > KEEP ? cut(shown, KEEP) : shown;
}

function withoutOverwritten(text: string): string {
  const start = text.lastIndexOf('\n') + 1;
  const line = text.slice(start);
  const shown = overprint(line);
  // What comes next goes on at the cursor.
  const last = overprint(line.slice(line.lastIndexOf('\r') + 1));
  const end = last.length < shown.length ? `${shown}\r${last}` : shown;
  return overprint(text.slice(0, start)) + end;
}

/** Cuts off the beginning, in whole lines if there are any, and says so there. */
export function cut(text: string, keep: number): string {
  let start = text.length - keep;
  const lineEnd = text.indexOf('\n', start - 1);
  if (lineEnd >= 0) {
    start = lineEnd + 1;
  }
  const gone = text.slice(0, start);
  let lines = gone.split('\n').length - 1;
  const noted = NOTE.exec(gone)?.[1];
  if (noted !== undefined) {
    lines += Number(noted.replaceAll(',', '')) - 1;
  }
  return `… ${whatIsGone(lines)} cut off\n${text.slice(start)}`;
}

function whatIsGone(lines: number): string {
  if (lines === 0) {
    return 'earlier text was';
  }
  return lines === 1 ? '1 earlier line was' : `${lines.toLocaleString('en')} earlier lines were`;
}
