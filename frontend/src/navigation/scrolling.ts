/**
 * Restores the scroll position of each entry in the page's history. The browser cannot do that, as
 * the content arrives from the server after the browser has moved to the entry.
 */

const KEY = 'sundog-scroll';
/** How long the content may take to become as high as it was. */
const WAIT_MS = 5000;
/** Content that has not changed for so long is complete. */
const QUIET_MS = 500;
const MAX_SAVED = 200;
/** Events by which the user scrolls. */
const USER_EVENTS = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

export class Scrolling {
  private readonly positions: Map<string, number>;
  private key: string;
  private restoring = false;
  private stop: () => void = () => undefined;

  constructor(private readonly root: HTMLElement) {
    this.positions = loadPositions();
    history.scrollRestoration = 'manual';
    this.key = this.keyOfEntry();
    const save = () => {
      // While the content grows, the browser cannot scroll as far as it should.
      if (!this.restoring) {
        this.positions.set(this.key, window.scrollY);
      }
    };
    window.addEventListener('scroll', save, { passive: true });
    window.addEventListener('pagehide', () => savePositions(this.positions));
  }

  /** The first content is there: after a reload, the page scrolls to where it was. */
  ready(): void {
    this.restore();
  }

  /** Adds an entry to the history, and scrolls to the top or to the part that the URL names. */
  push(url: URL, toTop = true): void {
    this.key = newKey();
    history.pushState({ key: this.key }, '', url);
    if (toTop) {
      window.scrollTo(0, 0);
    }
    this.restore();
  }

  /** The browser has moved to another entry of its history. */
  arrived(): void {
    const key = this.keyOfEntry();
    if (key !== this.key) {
      this.key = key;
      if (!this.positions.has(key) && location.hash.length < 2) {
        this.positions.set(key, 0);
      }
      this.restore();
    }
  }

  /** Returns the key of the current entry; gives it one if the browser made it by itself. */
  private keyOfEntry(): string {
    const state = history.state as { key?: unknown } | null;
    if (typeof state?.key === 'string') {
      return state.key;
    }
    const key = newKey();
    history.replaceState({ ...state, key }, '');
    return key;
  }

  /** Scrolls to where the entry was left, or to the part that it names, while the content grows. */
  private restore(): void {
    this.stop();
    const saved = this.positions.get(this.key);
    if (saved === undefined && location.hash.length < 2) {
      return;
    }
    const changes = new MutationObserver(() => attempt());
    const sizes = new ResizeObserver(() => attempt());
    let timer = setTimeout(() => this.stop(), WAIT_MS);
    const attempt = () => {
      if (scroll(saved)) {
        clearTimeout(timer);
        timer = setTimeout(() => this.stop(), QUIET_MS);
      }
    };
    const onUser = () => this.stop();
    USER_EVENTS.forEach((name) => window.addEventListener(name, onUser, { passive: true }));
    changes.observe(this.root, { childList: true, subtree: true });
    sizes.observe(this.root);
    this.restoring = true;
    this.stop = () => {
      changes.disconnect();
      sizes.disconnect();
      clearTimeout(timer);
      USER_EVENTS.forEach((name) => window.removeEventListener(name, onUser));
      this.restoring = false;
      this.stop = () => undefined;
    };
  }
}

/** Scrolls to a position, or else to the part that the URL names; returns whether it could. */
function scroll(saved: number | undefined): boolean {
  if (saved !== undefined) {
    window.scrollTo(0, saved);
    return Math.abs(window.scrollY - saved) <= 1;
  }
  const part = partOf(location.hash);
  part?.scrollIntoView();
  return part !== null;
}

function partOf(hash: string): Element | null {
  let id = hash.slice(1);
  try {
    id = decodeURIComponent(id);
  } catch {
    // Used as it is.
  }
  return id === '' ? null : document.getElementById(id);
}

function newKey(): string {
  return Math.random().toString(36).slice(2, 12);
}

function loadPositions(): Map<string, number> {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return new Map(Array.isArray(found) ? (found as [string, number][]) : []);
  } catch {
    return new Map();
  }
}

function savePositions(positions: Map<string, number>): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...positions].slice(-MAX_SAVED)));
  } catch {
    // Without storage, a reloaded page starts at the top.
  }
}
