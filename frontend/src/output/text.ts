/** Shows text as a terminal does; the cost of appending depends on the new text only. */
import { overprint, parseAnsi, type Style, toNodes } from './ansi';

export class TextBlock {
  readonly element = document.createElement('pre');
  private style: Style = {};
  /** The text of the last line, which later text may still overwrite. */
  private lastLine = '';
  private lastLineStyle: Style = {};
  private lastLineNodes: Node[] = [];

  constructor(text: string) {
    this.append(text);
  }

  append(text: string): void {
    const cut = text.lastIndexOf('\n') + 1;
    const whole = this.lastLine + text.slice(0, cut);
    if (cut > 0) {
      this.dropLastLine();
      this.add(overprint(whole));
      this.lastLine = '';
      this.lastLineStyle = this.style;
      this.lastLineNodes = [];
    }
    const rest = text.slice(cut);
    if (rest !== '') {
      this.dropLastLine();
      this.lastLine += rest;
      this.lastLineNodes = this.add(overprint(this.lastLine));
    }
  }

  private dropLastLine(): void {
    for (const node of this.lastLineNodes) {
      node.parentNode?.removeChild(node);
    }
    this.style = this.lastLineStyle;
  }

  private add(text: string): Node[] {
    const { spans, style } = parseAnsi(text, this.style);
    this.style = style;
    const nodes = toNodes(spans);
    this.element.append(...nodes);
    return nodes;
  }
}
