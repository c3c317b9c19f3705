/**
 * Moves the page to other addresses of the app: by links, by the browser's back and forward buttons,
 * and as the app asks for. The page is not loaded again: only its URL changes, and its kernel is
 * notified. An address is path, query and fragment, below the root.
 */
import { addressOf, type Config } from '../config';
import type { PageMessage } from '../protocol';
import { Scrolling } from './scrolling';

export interface NavigationHandlers {
  /** The page has another address. */
  moved(address: string): void;
  /** The kernel has been notified, and has not answered yet. */
  waiting(): void;
  arrived(): void;
}

type Send = (message: PageMessage, onAcknowledged: () => void) => void;
type How = 'push' | 'replace' | 'settle' | 'load';

export class Navigation {
  /** The address that the kernel knows, or will know when it has handled what was sent. */
  private current: string;
  /** The address in the socket's URL, where a new kernel starts. */
  private announced: string;
  /** How many moves of this page the kernel has not handled yet. */
  private pending = 0;
  /** A move that the kernel has asked for while it had moves of this page to handle. */
  private deferred: [address: string, how: How] | undefined;
  private readonly scrolling: Scrolling;

  constructor(
    private readonly config: Config,
    private readonly send: Send,
    root: HTMLElement,
    private readonly handlers: NavigationHandlers,
  ) {
    if (location.pathname === config.root) {
      // Relative links on the app's first page need the slash.
      history.replaceState(history.state, '', `${config.root}/${location.search}${location.hash}`);
    }
    this.current = this.announced = this.present() ?? '/';
    this.scrolling = new Scrolling(root);
  }

  /** Starts to follow links and the browser's history. */
  start(): void {
    document.addEventListener('click', (event) => this.clicked(event));
    window.addEventListener('popstate', () => this.arrived());
    window.addEventListener('hashchange', () => this.arrived());
  }

  /** The app has shown its first page. */
  ready(): void {
    this.scrolling.ready();
  }

  /** The page opens a socket, with its address in the URL. */
  opening(): void {
    this.announced = this.present() ?? '/';
  }

  /** A new kernel has replaced the one before, and knows nothing of what was sent to it. */
  reset(): void {
    this.pending = 0;
    this.deferred = undefined;
    const present = this.present();
    if (present !== undefined && present !== this.announced) {
      this.sendAddress(present);
    }
  }

  /** Moves the page as its kernel asks for. */
  follow(address: string, how: How): void {
    if (this.pending > 0) {
      // The kernel does not know yet where the user has gone since.
      this.deferred = [address, how];
      return;
    }
    const url = address.startsWith('/') ? this.urlOf(address) : new URL(address, location.href);
    if (how === 'load') {
      // If the user has followed a link, the history already has an entry for it.
      if (url.href === location.href) {
        location.reload();
      } else {
        location.assign(url);
      }
      return;
    }
    if (url.href === location.href) {
      return;
    }
    if (how === 'settle' && isShown(url)) {
      this.current = this.present() ?? address;
      this.handlers.moved(this.current);
      return;
    }
    this.current = address;
    this.handlers.moved(address);
    if (how === 'push') {
      this.scrolling.push(url);
    } else if (how === 'settle') {
      this.scrolling.push(url, url.pathname !== location.pathname);
    } else {
      history.replaceState(history.state, '', url);
    }
  }

  private clicked(event: MouseEvent): void {
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || modified) {
      return;
    }
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    const otherWindow = !['', '_self'].includes(link?.target ?? '');
    const isPage = link?.href && !link.hasAttribute('download') && !otherWindow;
    if (!isPage || link.relList.contains('external')) {
      return;
    }
    const url = new URL(link.href);
    const address = addressOf(this.config.root, location.origin, url);
    if (address === undefined || onlyHashDiffers(url)) {
      // The browser scrolls to another part of the page by itself; an event follows.
      return;
    }
    event.preventDefault();
    if (url.href !== location.href) {
      this.scrolling.push(url);
      this.sendAddress(address);
    } else {
      window.scrollTo(0, 0);
    }
  }

  /** The browser has moved in its history, or to another part of the page. */
  private arrived(): void {
    this.scrolling.arrived();
    const address = this.present();
    if (address !== undefined && address !== this.current) {
      this.sendAddress(address);
    }
  }

  private sendAddress(address: string): void {
    this.current = address;
    this.pending += 1;
    this.handlers.moved(address);
    this.handlers.waiting();
    this.send(['location', address], () => this.handled());
  }

  private handled(): void {
    this.pending = Math.max(0, this.pending - 1);
    if (this.pending > 0) {
      return;
    }
    this.handlers.arrived();
    const { deferred } = this;
    this.deferred = undefined;
    if (deferred !== undefined) {
      this.follow(...deferred);
    }
  }

  private present(): string | undefined {
    return addressOf(this.config.root, location.origin, new URL(location.href));
  }

  private urlOf(address: string): URL {
    return new URL(location.origin + this.config.root + address);
  }
}

function onlyHashDiffers(url: URL): boolean {
  return isShown(url) && url.hash !== '';
}

/** Whether the page shows a URL, in whatever part of it. */
function isShown(url: URL): boolean {
  return url.pathname === location.pathname && url.search === location.search;
}
