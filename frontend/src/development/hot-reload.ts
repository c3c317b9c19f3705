/** Keeps scroll positions and the focus when the app is reloaded, and swaps style sheets. */

const WATCH_MS = 1500;

interface Field extends HTMLElement {
  selectionStart?: number | null;
  selectionEnd?: number | null;
  setSelectionRange?(start: number, end: number): void;
}

/** Returns a key that an element has in common with the one that replaces it. */
function kindOf(element: Element): string {
  const label =
    element.getAttribute('aria-label') ??
    element.closest('.widget-inline-hbox, .jupyter-widgets')?.querySelector('label')?.textContent ??
    (element instanceof HTMLButtonElement ? element.textContent : '');
  return [element.tagName, element.getAttribute('type'), element.getAttribute('role'), label].join();
}

function similarElements(root: Element, kind: string): HTMLElement[] {
  const focusable = 'a, button, input, select, textarea, [tabindex], [contenteditable]';
  return [...root.querySelectorAll<HTMLElement>(focusable)].filter((e) => kindOf(e) === kind);
}

/** Returns a function that restores the current scroll positions and focus after a reload. */
export function keepScrollAndFocus(root: HTMLElement): () => void {
  const { scrollX, scrollY } = window;
  const scrolled = [...root.querySelectorAll<HTMLElement>('*')]
    .filter((element) => element.scrollTop > 0 || element.scrollLeft > 0)
    .map((element) => ({ element, top: element.scrollTop, left: element.scrollLeft }));
  const focused = document.activeElement as Field | null;
  const inside = focused !== null && focused !== root && root.contains(focused);
  const kind = inside ? kindOf(focused) : '';
  const index = inside ? similarElements(root, kind).indexOf(focused) : -1;
  const selection = inside ? [focused.selectionStart ?? null, focused.selectionEnd ?? null] : [];
  return () => {
    let stopped = false;
    const stop = () => (stopped = true);
    // The user has scrolled or moved the focus: keep that.
    for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
      window.addEventListener(event, stop, { once: true, capture: true });
    }
    const until = performance.now() + WATCH_MS;
    const restore = () => {
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
      const successor = lost && !focused.isConnected ? similarElements(root, kind)[index] : undefined;
      if (successor !== undefined && document.activeElement !== successor) {
        successor.focus({ preventScroll: true });
        restoreSelection(successor, selection);
      }
      if (performance.now() < until) {
        requestAnimationFrame(restore);
      }
    };
    requestAnimationFrame(restore);
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

/** Reloads changed style sheets without flicker; returns false if the page does not use them. */
export function swapStyles(document: Document, names: readonly string[]): boolean {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')];
  return names
    .map((name) => {
      const found = links.filter((link) => new URL(link.href).pathname.endsWith(`/${name}`));
      for (const link of found) {
        const next = link.cloneNode() as HTMLLinkElement;
        const url = new URL(link.href);
        url.searchParams.set('changed', String(Date.now()));
        next.href = url.href;
        next.addEventListener('load', () => link.remove());
        link.after(next);
      }
      return found.length > 0;
    })
    .every(Boolean);
}
