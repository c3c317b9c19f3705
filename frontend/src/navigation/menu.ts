/**
 * The menu of the app's pages, which the server has written: marks the one that is open. While the
 * app is being developed, its pages may become others.
 */
import type { MenuEntry } from '../protocol';

export class Menu {
  private links: [link: HTMLAnchorElement, path: string][] = [];

  constructor(
    private readonly document: Document,
    private readonly root: string,
    private place: string,
  ) {
    this.read();
  }

  /** The app has these pages now. */
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
    this.mark(this.place);
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
      // One page in a folder stands for the folder.
      item.append(link, ...(below.length > 1 ? [this.list(below)] : []));
      list.append(item);
    }
    return list;
  }

  private read(): void {
    const found = this.document.querySelectorAll<HTMLAnchorElement>('#sundog-menu a');
    this.links = [...found].map((link) => [link, trimmed(new URL(link.href).pathname)]);
  }

  /** The page is at a place: the link to it is the current one, else the nearest above it. */
  mark(place: string): void {
    this.place = place;
    const path = trimmed(this.root + place.replace(/[?#].*/s, ''));
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

  /** Whether the page is one of those in a folder's list. */
  private holds(folder: HTMLAnchorElement, path: string): boolean {
    const list = folder.nextElementSibling;
    return this.links.some(
      ([link, own]) => list?.contains(link) && (own === path || isBelow(path, own, this.root)),
    );
  }
}

/** The root is above all pages, but it is not one of them that is opened by parts of its path. */
function isBelow(path: string, own: string, root: string): boolean {
  return own !== trimmed(root) && path.startsWith(`${own}/`);
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '');
}
