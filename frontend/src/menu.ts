/** The menu of the app's pages, which the server has written: marks the one that is open. */

export class Menu {
  private readonly links: [link: HTMLAnchorElement, path: string][];

  constructor(
    document: Document,
    private readonly root: string,
  ) {
    const found = document.querySelectorAll<HTMLAnchorElement>('#sundog-menu a');
    this.links = [...found].map((link) => [link, trimmed(new URL(link.href).pathname)]);
  }

  /** The page is at a place: the link to it is the current one, else the nearest above it. */
  mark(place: string): void {
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
