/**
 * How far the page is scrolled at each place of its history. What is shown there comes from the
 * server after the browser has arrived, so that the browser itself would be too early.
 */

const KEY = 'sundog-scroll';
/** How long what is shown may take to become as high as it was. */
const WAIT_MS = 5000;
/** What has not changed for so long is complete. */
const QUIET_MS = 500;
const MAX_KEPT = 200;
/** With these the user says where to scroll. */
const USER_EVENTS = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

export class Scrolling {
  private readonly positions: Map<string, number>;
  private key: string;
  private restoring = false;
  private stop: () => void = () => undefined;

  constructor(private readonly root: HTMLElement) {
    this.positions = recallPositions();
    history.scrollRestoration = 'manual';
    this.key = this.keyOfEntry();
    const note = () => {
      // While what is shown takes shape, the browser scrolls as far as there is something.
      if (!this.restoring) {
        this.positions.set(this.key, window.scrollY);
      }
    };
    window.addEventListener('scroll', note, { passive: true });
    window.addEventListener('pagehide', () => rememberPositions(this.positions));
  }

  /** What the page shows first is there: after a reload it is where it was. */
  ready(): void {
    this.restore();
  }

  /** Goes to a new place: to its beginning, or to the part that is named. */
  push(url: URL, toBeginning = true): void {
    this.key = newKey();
    history.pushState({ key: this.key }, '', url);
    if (toBeginning) {
      window.scrollTo(0, 0);
    }
    this.restore();
  }

  /** The browser has gone to another entry of its history. */
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

  /** The key of the present entry; entries that the browser made itself get one now. */
  private keyOfEntry(): string {
    const state = history.state as { key?: unknown } | null;
    if (typeof state?.key === 'string') {
      return state.key;
    }
    const key = newKey();
    history.replaceState({ ...state, key }, '');
    return key;
  }

  /** Scrolls to where the entry was left or to the part that it names, while that takes shape. */
  private restore(): void {
    this.stop();
    const kept = this.positions.get(this.key);
    if (kept === undefined && location.hash.length < 2) {
      return;
    }
    const changes = new MutationObserver(() => attempt());
    const sizes = new ResizeObserver(() => attempt());
    let timer = setTimeout(() => this.stop(), WAIT_MS);
    const attempt = () => {
      if (scroll(kept)) {
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

/** Scrolls as far as was kept, else to the part that the address names; says whether it could. */
function scroll(kept: number | undefined): boolean {
  if (kept !== undefined) {
    window.scrollTo(0, kept);
    return Math.abs(window.scrollY - kept) <= 1;
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
    // Taken as it stands.
  }
  return id === '' ? null : document.getElementById(id);
}

function newKey(): string {
  return Math.random().toString(36).slice(2, 12);
}

function recallPositions(): Map<string, number> {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return new Map(Array.isArray(found) ? (found as [string, number][]) : []);
  } catch {
    return new Map();
  }
}

function rememberPositions(positions: Map<string, number>): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...positions].slice(-MAX_KEPT)));
  } catch {
    // Without storage, a reloaded page begins at its top.
  }
}
