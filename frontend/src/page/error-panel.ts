/** The panel that shows the app's errors: with all details in development, by id in production. */
import type { ErrorReport } from '../protocol';
import { showTraceback, sourceExcerpt } from './source-excerpt';

const MAX_SHOWN = 20;

export class ErrorPanel {
  private readonly panel = document.createElement('section');
  private readonly list = document.createElement('div');
  private returnTo: Element | null = null;

  constructor(
    host: HTMLElement,
    private readonly editor?: string,
    { id, label } = { id: 'sundog-errors', label: 'Errors of the app' },
  ) {
    this.panel.id = id;
    this.panel.className = 'sundog-error-panel';
    this.panel.hidden = true;
    this.panel.setAttribute('aria-label', label);
    this.list.setAttribute('role', 'log');
    this.list.setAttribute('aria-live', 'assertive');
    this.panel.append(this.list);
    host.append(this.panel);
    this.panel.addEventListener('focusin', (event) => {
      const from = event.relatedTarget;
      if (from instanceof Element && !this.panel.contains(from)) {
        this.returnTo = from;
      }
    });
    this.panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        this.clear();
      }
    });
  }

  show(report: ErrorReport): void {
    this.panel.hidden = false;
    this.list.append(this.entry(report));
    while (this.list.childElementCount > MAX_SHOWN) {
      this.list.firstElementChild?.remove();
    }
  }

  clear(): void {
    this.list.replaceChildren();
    this.hideIfEmpty(true);
  }

  private entry({ id, title, text, traceback, source }: ErrorReport): HTMLElement {
    const entry = document.createElement('article');
    const heading = document.createElement('h2');
    heading.textContent = title;
    const header = document.createElement('header');
    header.append(heading, this.dismissButton(entry, title));
    entry.append(header);
    if (text) {
      const message = document.createElement('p');
      message.textContent = text;
      entry.append(message);
    }
    if (source !== undefined && source.lines.length > 0) {
      entry.append(sourceExcerpt(source, this.editor));
    }
    if (traceback) {
      const details = document.createElement('details');
      const summary = document.createElement('summary');
      summary.textContent = 'Traceback';
      const lines = document.createElement('pre');
      lines.tabIndex = 0;
      // eslint-disable-next-line no-control-regex
      showTraceback(lines, traceback.replace(/\x1b\[[0-9;]*m/g, ''), this.editor);
      details.open = true;
      details.append(summary, lines);
      entry.append(details);
    }
    const note = document.createElement('small');
    note.hidden = id === '';
    note.append('Error id ', Object.assign(document.createElement('code'), { textContent: id }));
    if (!text && !traceback) {
      note.append('. The server log has the details.');
    }
    entry.append(note);
    return entry;
  }

  private dismissButton(entry: HTMLElement, title: string): HTMLElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = '✕';
    button.title = 'Dismiss';
    button.setAttribute('aria-label', `Dismiss the error: ${title}`);
    button.addEventListener('click', () => {
      const neighbour = entry.nextElementSibling ?? entry.previousElementSibling;
      const focused = entry.contains(document.activeElement);
      entry.remove();
      if (focused) {
        neighbour?.querySelector('button')?.focus();
      }
      this.hideIfEmpty(focused);
    });
    return button;
  }

  private hideIfEmpty(focused: boolean): void {
    if (this.list.childElementCount > 0) {
      return;
    }
    this.panel.hidden = true;
    if (focused && this.returnTo instanceof HTMLElement) {
      this.returnTo.focus();
    }
  }
}
