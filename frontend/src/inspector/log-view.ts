/** Shows the log of messages as a table, and the content of the selected message. */
import { jsonTree } from '../output/json-tree';
import { type Entry, showBytes, showMilliseconds } from './traffic';

const MAX_ROWS = 500;
const COLUMNS = ['Time', '', 'Widget', 'Message', 'Size', 'Reply', 'Server'];
/** People notice delays from here on. */
const SLOW_MS = 100;

export class LogView {
  readonly element = document.createElement('section');
  private readonly body = document.createElement('tbody');
  private readonly scroller = document.createElement('div');
  private readonly detail = document.createElement('div');
  private readonly rows = new Map<Entry, HTMLTableRowElement>();
  private readonly waiting = new Set<Entry>();
  private frame: number | undefined;
  private only: string | undefined;
  private selected: HTMLTableRowElement | undefined;

  /** `name` returns the name of a comm's widget; `select` selects the widget. */
  constructor(
    private readonly name: (comm: string) => string,
    private readonly select: (comm: string) => void,
  ) {
    this.element.className = 'sundog-inspector-log';
    this.element.setAttribute('aria-label', 'Messages');
    this.scroller.className = 'scroller';
    this.detail.className = 'detail';
    this.detail.hidden = true;
    const table = document.createElement('table');
    table.setAttribute('aria-label', 'Messages');
    const head = table.createTHead().insertRow();
    for (const title of COLUMNS) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = title;
      if (title === '') {
        cell.setAttribute('aria-label', 'Direction');
      }
      head.append(cell);
    }
    table.append(this.body);
    this.scroller.append(table);
    this.element.append(this.scroller, this.detail);
    this.body.addEventListener('click', (event) => {
      const row = (event.target as Element).closest('tr');
      if (row !== null) {
        this.choose(row);
      }
    });
    this.body.addEventListener('keydown', (event) => this.key(event));
  }

  /** Shows a new or changed entry with the next frame. */
  update(entry: Entry): void {
    this.waiting.add(entry);
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  /** Shows only the messages of one widget; all messages for undefined. */
  filter(comm: string | undefined): void {
    this.only = comm;
    for (const [entry, row] of this.rows) {
      row.hidden = !this.fits(entry);
    }
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  clear(): void {
    this.waiting.clear();
    this.rows.clear();
    this.body.replaceChildren();
    this.selected = undefined;
    this.detail.hidden = true;
  }

  private fits(entry: Entry): boolean {
    return this.only === undefined || entry.comm === this.only;
  }

  private draw(): void {
    this.frame = undefined;
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const atEnd = scrollTop + clientHeight >= scrollHeight - 4;
    for (const entry of this.waiting) {
      this.place(entry);
    }
    this.waiting.clear();
    for (const [entry, row] of this.rows) {
      if (this.rows.size <= MAX_ROWS) {
        break;
      }
      this.rows.delete(entry);
      row.remove();
    }
    if (atEnd) {
      this.scroller.scrollTop = this.scroller.scrollHeight;
    }
  }

  private place(entry: Entry): void {
    let row = this.rows.get(entry);
    if (row === undefined) {
      row = this.row(entry);
      row.hidden = !this.fits(entry);
      this.rows.set(entry, row);
      this.body.append(row);
    }
    const [, , , , , roundTrip, server] = row.cells;
    for (const [cell, time] of [
      [roundTrip, entry.roundTrip],
      [server, entry.server],
    ] as const) {
      cell!.textContent = showMilliseconds(time);
      cell!.classList.toggle('slow', (time ?? 0) >= SLOW_MS);
    }
  }

  private row(entry: Entry): HTMLTableRowElement {
    const row = document.createElement('tr');
    row.tabIndex = this.rows.size === 0 ? 0 : -1;
    row.dataset['direction'] = entry.direction;
    const isSent = entry.direction === 'sent';
    const cells = [
      (entry.at / 1000).toFixed(3),
      isSent ? '↑' : '↓',
      entry.comm === '' ? 'page' : this.name(entry.comm),
      entry.what,
      showBytes(entry.bytes),
      '',
      '',
    ];
    for (const text of cells) {
      const cell = row.insertCell();
      cell.textContent = text;
      cell.title = text;
    }
    const direction = row.cells[1]!;
    direction.title = isSent ? 'from the page to the server' : 'from the server to the page';
    direction.setAttribute('aria-label', isSent ? 'sent' : 'received');
    return row;
  }

  private entryOf(row: HTMLTableRowElement): Entry | undefined {
    for (const [entry, each] of this.rows) {
      if (each === row) {
        return entry;
      }
    }
    return undefined;
  }

  private choose(row: HTMLTableRowElement): void {
    this.selected?.removeAttribute('aria-selected');
    const entry = this.entryOf(row);
    if (entry === undefined || this.selected === row) {
      this.selected = undefined;
      this.detail.hidden = true;
      return;
    }
    this.selected = row;
    row.setAttribute('aria-selected', 'true');
    this.focus(row);
    const title = document.createElement('p');
    title.textContent = `${entry.what} — ${showBytes(entry.bytes)} `;
    if (entry.comm !== '') {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = this.name(entry.comm);
      button.addEventListener('click', () => this.select(entry.comm));
      title.append(button);
    }
    const content =
      entry.text === undefined
        ? 'This message is too large to be shown.'
        : jsonTree(JSON.parse(entry.text) as never, { root: 'message', expanded: entry.bytes < 4000 });
    this.detail.replaceChildren(title, content);
    this.detail.hidden = false;
  }

  private focus(row: HTMLTableRowElement): void {
    this.body.querySelector('tr[tabindex="0"]')?.setAttribute('tabindex', '-1');
    row.tabIndex = 0;
    row.focus();
  }

  private key(event: KeyboardEvent): void {
    const row = (event.target as Element).closest('tr');
    const rows = [...this.body.rows].filter((each) => !each.hidden);
    const at = row === null ? -1 : rows.indexOf(row);
    const targets: Record<string, HTMLTableRowElement | undefined> = {
      ArrowDown: rows[at + 1],
      ArrowUp: rows[at - 1],
      Home: rows[0],
      End: rows.at(-1),
    };
    if (event.key in targets) {
      const target = targets[event.key];
      if (target !== undefined) {
        this.focus(target);
      }
    } else if ((event.key === 'Enter' || event.key === ' ') && row !== null) {
      this.choose(row);
    } else {
      return;
    }
    event.preventDefault();
  }
}
