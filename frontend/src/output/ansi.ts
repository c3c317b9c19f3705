/** Interprets text as terminals do: ANSI colours and styles (SGR), carriage returns, backspaces. */

export interface Style {
  foreground?: string;
  background?: string;
  bold?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
}

export interface Span {
  text: string;
  style: Style;
}

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
// Styles are applied; other escape sequences are dropped.
// eslint-disable-next-line no-control-regex
const ESCAPE = /\x1b\[([0-9;]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]/g;
const CUBE_STEPS = [0, 95, 135, 175, 215, 255];

/** Applies carriage returns and backspaces, as a terminal would. */
export function overprint(text: string): string {
  if (!text.includes('\r') && !text.includes('\b')) {
    return text;
  }
  let result = text.replaceAll('\r\n', '\n');
  for (let before = ''; before !== result; ) {
    before = result;
    // eslint-disable-next-line no-control-regex
    result = result.replace(/[^\n\x08]\x08/g, '');
  }
  return result
    .split('\n')
    .map((line) => {
      let shown = '';
      for (const part of line.split('\r')) {
        if (part !== '') {
          shown = part + (hasEscapes(part) || hasEscapes(shown) ? '' : shown.slice(part.length));
        }
      }
      return shown;
    })
    .join('\n');
}

function hasEscapes(text: string): boolean {
  return text.includes('\x1b');
}

/** Splits a text into spans of the same style, starting with the style `initial`. */
export function parseAnsi(text: string, initial: Style = {}): { spans: Span[]; style: Style } {
  let style = initial;
  const spans: Span[] = [];
  let from = 0;
  const add = (to: number) => {
    if (to > from) {
      spans.push({ text: text.slice(from, to), style });
    }
  };
  if (hasEscapes(text)) {
    for (const match of text.matchAll(ESCAPE)) {
      add(match.index);
      from = match.index + match[0].length;
      if (match[1] !== undefined) {
        style = restyled(style, match[1]);
      }
    }
  }
  add(text.length);
  return { spans, style };
}

function restyled(style: Style, parameters: string): Style {
  let result = { ...style };
  const codes = parameters.split(';').map(Number);
  for (let code = codes.shift(); code !== undefined; code = codes.shift()) {
    if (code === 0) result = {};
    else if (code === 1) result.bold = true;
    else if (code === 3) result.italic = true;
    else if (code === 4) result.underline = true;
    else if (code === 7) result.inverse = true;
    else if (code === 22) delete result.bold;
    else if (code === 23) delete result.italic;
    else if (code === 24) delete result.underline;
    else if (code === 27) delete result.inverse;
    else if (code >= 30 && code <= 37) result.foreground = named(code - 30);
    else if (code === 38) result.foreground = extended(codes) ?? '';
    else if (code === 39) delete result.foreground;
    else if (code >= 40 && code <= 47) result.background = named(code - 40);
    else if (code === 48) result.background = extended(codes) ?? '';
    else if (code === 49) delete result.background;
    else if (code >= 90 && code <= 97) result.foreground = named(code - 90, true);
    else if (code >= 100 && code <= 107) result.background = named(code - 100, true);
  }
  return result;
}

function named(index: number, bright = false): string {
  return `var(--sundog-ansi-${bright ? 'bright-' : ''}${NAMES[index]})`;
}

/** Removes a colour from the codes: one of 256, or one in red, green and blue. */
function extended(codes: number[]): string | undefined {
  const kind = codes.shift();
  if (kind === 2) {
    const [red = 0, green = 0, blue = 0] = codes.splice(0, 3);
    return `rgb(${red}, ${green}, ${blue})`;
  }
  if (kind !== 5) {
    return undefined;
  }
  const index = codes.shift() ?? 0;
  if (index < 16) {
    return named(index % 8, index >= 8);
  }
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const step = (divisor: number) => CUBE_STEPS[Math.floor((index - 16) / divisor) % 6] ?? 0;
  return `rgb(${step(36)}, ${step(6)}, ${step(1)})`;
}

/** Returns the nodes of spans: plain text if there is no style. */
export function toNodes(spans: readonly Span[]): Node[] {
  return spans.map(({ text, style }) => {
    if (Object.keys(style).length === 0) {
      return document.createTextNode(text);
    }
    const node = document.createElement('span');
    node.textContent = text;
    const foreground = style.inverse ? (style.background ?? 'var(--jp-layout-color0)') : style.foreground;
    const background = style.inverse
      ? (style.foreground ?? 'var(--jp-content-font-color1)')
      : style.background;
    if (foreground) node.style.color = foreground;
    if (background) node.style.backgroundColor = background;
    if (style.bold) node.style.fontWeight = 'bold';
    if (style.italic) node.style.fontStyle = 'italic';
    if (style.underline) node.style.textDecoration = 'underline';
    return node;
  });
}
