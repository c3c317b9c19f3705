/**
 * Marks the current page in the menu of the app's pages, which the server has written. In
 * development, also shows changes of the menu.
 */
import type { MenuEntry } from '../protocol';

export class Menu {
  private links: [link: HTMLAnchorElement, path: string][] = [];

  constructor(
    private readonly document: Document,
    private readonly root: string,
    private address: string,
  ) {
    this.read();
  }

  /** Shows another list of pages. */
  replace(entries: MenuEntry[]): void {
    const before = this.document.getElementById('sundog-menu');
    const after = entries.length > 0 ? this.make(entries) : undefined;
    if (before?.outerHTML === after?.outerHTML) {
      return;
    }
    if (before !== null) {
      before.replaceWith(...(after ? [after] : []));
    } else if (after) {
      this.document.getElementById('sundog-root')?.before(after);
    }
    this.read();
    this.mark(this.address);
  }

  private make(entries: MenuEntry[]): HTMLElement {
    const menu = this.document.createElement('nav');
    menu.id = 'sundog-menu';
    menu.setAttribute('aria-label', 'Pages');
    menu.append(this.list(entries));
    return menu;
  }

  private list(entries: MenuEntry[]): HTMLElement {
    const list = this.document.createElement('ul');
    for (const { title, href, below } of entries) {
      const link = this.document.createElement('a');
      link.href = this.root + href;
      link.textContent = title;
      const item = this.document.createElement('li');
      // A folder with a single page is shown as that page.
      item.append(link, ...(below.length > 1 ? [this.list(below)] : []));
      list.append(item);
    }
    return list;
  }

  private read(): void {
    const found = this.document.querySelectorAll<HTMLAnchorElement>('#sundog-menu a');
    this.links = [...found].map((link) => [link, trimmed(new URL(link.href).pathname)]);
  }

  /** Marks the link to an address, or else the nearest link above it. */
  mark(address: string): void {
    this.address = address;
    const path = trimmed(this.root + address.replace(/[?#].*/s, ''));
    const above = this.links.filter(([, own]) => own === path || isBelow(path, own, this.root));
    const length = Math.max(...above.map(([, own]) => own.length));
    for (const [link, own] of this.links) {
      const isFolder = link.nextElementSibling !== null;
      const holds = isFolder && this.holds(link, path);
      if (holds) {
        link.setAttribute('aria-current', 'true');
      } else if (!isFolder && above.some(([each]) => each === link) && own.length === length) {
        link.setAttribute('aria-current', 'page');
      } else {
        link.removeAttribute('aria-current');
      }
    }
  }

  /** Whether a path is one of a folder's pages. */
  private holds(folder: HTMLAnchorElement, path: string): boolean {
    const list = folder.nextElementSibling;
    return this.links.some(
      ([link, own]) => list?.contains(link) && (own === path || isBelow(path, own, this.root)),
    );
  }
}

/** Whether a path is below another. The root is above all pages, and does not count. */
function isBelow(path: string, own: string, root: string): boolean {
  return own !== trimmed(root) && path.startsWith(`${own}/`);
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '');
}
