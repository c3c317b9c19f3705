/** While developing: the page stays where it is when changed code takes over. */

const WATCH_MS = 1500;

interface Field extends HTMLElement {
  selectionStart?: number | null;
  selectionEnd?: number | null;
  setSelectionRange?(start: number, end: number): void;
}

/** What stands in its place tells an element from its like, where it is made anew. */
function kindOf(element: Element): string {
  const label =
    element.getAttribute('aria-label') ??
    element.closest('.widget-inline-hbox, .jupyter-widgets')?.querySelector('label')?.textContent ??
    (element instanceof HTMLButtonElement ? element.textContent : '');
  return [element.tagName, element.getAttribute('type'), element.getAttribute('role'), label].join();
}

function alike(root: Element, kind: string): HTMLElement[] {
  const focusable = 'a, button, input, select, textarea, [tabindex], [contenteditable]';
  return [...root.querySelectorAll<HTMLElement>(focusable)].filter((e) => kindOf(e) === kind);
}

/** Returns what puts scroll positions and the focus back, as far as the change has moved them. */
export function keepScrollAndFocus(root: HTMLElement): () => void {
  const { scrollX, scrollY } = window;
  const scrolled = [...root.querySelectorAll<HTMLElement>('*')]
    .filter((element) => element.scrollTop > 0 || element.scrollLeft > 0)
    .map((element) => ({ element, top: element.scrollTop, left: element.scrollLeft }));
  const focused = document.activeElement as Field | null;
  const inside = focused !== null && focused !== root && root.contains(focused);
  const kind = inside ? kindOf(focused) : '';
  const index = inside ? alike(root, kind).indexOf(focused) : -1;
  const selection = inside ? [focused.selectionStart ?? null, focused.selectionEnd ?? null] : [];
  return () => {
    let stopped = false;
    const stop = () => (stopped = true);
    // Whoever does something himself knows better.
    for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
      window.addEventListener(event, stop, { once: true, capture: true });
    }
    const until = performance.now() + WATCH_MS;
    const restoreValues = () => {
      if (stopped) {
        return;
      }
      if (window.scrollX !== scrollX || window.scrollY !== scrollY) {
        window.scrollTo({ left: scrollX, top: scrollY, behavior: 'instant' });
      }
      for (const { element, top, left } of scrolled) {
        if (element.isConnected && (element.scrollTop !== top || element.scrollLeft !== left)) {
          element.scrollTo({ top, left, behavior: 'instant' });
        }
      }
      const lost = inside && (document.activeElement === document.body || !focused.isConnected);
      const heir = lost && !focused.isConnected ? alike(root, kind)[index] : undefined;
      if (heir !== undefined && document.activeElement !== heir) {
        heir.focus({ preventScroll: true });
        restoreSelection(heir, selection);
      }
      if (performance.now() < until) {
        requestAnimationFrame(restoreValues);
      }
    };
    requestAnimationFrame(restoreValues);
  };
}

function restoreSelection(field: Field, [start, end]: (number | null)[]): void {
  if (typeof start === 'number' && typeof end === 'number') {
    try {
      field.setSelectionRange?.(start, end);
    } catch {
      // Fields of this type have no selection.
    }
  }
}

/** Loads changed style sheets anew, without a moment in between; false where the page has none. */
export function swapStyles(document: Document, names: readonly string[]): boolean {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')];
  return names
    .map((name) => {
      const found = links.filter((link) => new URL(link.href).pathname.endsWith(`/${name}`));
      for (const link of found) {
        const fresh = link.cloneNode() as HTMLLinkElement;
        const url = new URL(link.href);
        url.searchParams.set('changed', String(Date.now()));
        fresh.href = url.href;
        fresh.addEventListener('load', () => link.remove());
        link.after(fresh);
      }
      return found.length > 0;
    })
    .every(Boolean);
}
