/**
 * Where the page is in the app: links, the browser's back and forward, and what the app asks for.
 * The page stays the same all the while; only its address changes, and its kernel is told.
 */
import { type Config, addressOf } from '../page/config';
import type { PageMessage } from '../protocol';
import { Scrolling } from './scrolling';

export interface NavigationHandlers {
  /** The page is at another place. */
  moved(place: string): void;
  /** What is there is on its way. */
  waiting(): void;
  arrived(): void;
}

type Send = (message: PageMessage, onAcknowledged: () => void) => void;
type How = 'push' | 'replace' | 'settle' | 'load';

export class Navigation {
  /** The place that the kernel knows of, or will once it has what was sent. */
  private here: string;
  /** The place that the socket's address tells, should the kernel be a new one. */
  private announced: string;
  /** How many of this page's moves the kernel has not yet handled. */
  private pending = 0;
  /** What the kernel has said meanwhile. */
  private told: [place: string, how: How] | undefined;
  private readonly scrolling: Scrolling;

  constructor(
    private readonly config: Config,
    private readonly send: Send,
    root: HTMLElement,
    private readonly handlers: NavigationHandlers,
  ) {
    if (location.pathname === config.root) {
      // Links relative to the app's first page need the slash.
      history.replaceState(history.state, '', `${config.root}/${location.search}${location.hash}`);
    }
    this.here = this.announced = this.present() ?? '/';
    this.scrolling = new Scrolling(root);
  }

  /** Follows what the user does. */
  start(): void {
    document.addEventListener('click', (event) => this.clicked(event));
    window.addEventListener('popstate', () => this.arrived());
    window.addEventListener('hashchange', () => this.arrived());
  }

  /** The app has shown its first page. */
  ready(): void {
    this.scrolling.ready();
  }

  /** The page connects anew. */
  connecting(): void {
    this.announced = this.present() ?? '/';
  }

  /** Another kernel has taken the place of the one that was told; what was sent is lost. */
  reset(): void {
    this.pending = 0;
    this.told = undefined;
    const present = this.present();
    if (present !== undefined && present !== this.announced) {
      this.tell(present);
    }
  }

  /** The kernel says where its pages are. */
  follow(place: string, how: How): void {
    if (this.pending > 0) {
      // It does not know yet where the user has gone since.
      this.told = [place, how];
      return;
    }
    const url = place.startsWith('/') ? this.urlOf(place) : new URL(place, location.href);
    if (how === 'load') {
      // Where the user has followed a link, the page's history has its entry already.
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
      this.here = this.present() ?? place;
      this.handlers.moved(this.here);
      return;
    }
    this.here = place;
    this.handlers.moved(place);
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
    const elsewhere = !['', '_self'].includes(link?.target ?? '');
    const isPage = link?.href && !link.hasAttribute('download') && !elsewhere;
    if (!isPage || link.relList.contains('external')) {
      return;
    }
    const url = new URL(link.href);
    const place = addressOf(this.config.root, location.origin, url);
    if (place === undefined || onlyHashDiffers(url)) {
      // The browser goes to a part of the same page by itself, and says so afterwards.
      return;
    }
    event.preventDefault();
    if (url.href !== location.href) {
      this.scrolling.push(url);
      this.tell(place);
    } else {
      window.scrollTo(0, 0);
    }
  }

  /** The browser has gone somewhere in its history, or to a part of the page. */
  private arrived(): void {
    this.scrolling.arrived();
    const place = this.present();
    if (place !== undefined && place !== this.here) {
      this.tell(place);
    }
  }

  private tell(place: string): void {
    this.here = place;
    this.pending += 1;
    this.handlers.moved(place);
    this.handlers.waiting();
    this.send(['location', place], () => this.handled());
  }

  private handled(): void {
    this.pending = Math.max(0, this.pending - 1);
    if (this.pending > 0) {
      return;
    }
    this.handlers.arrived();
    const told = this.told;
    this.told = undefined;
    if (told !== undefined) {
      this.follow(...told);
    }
  }

  private present(): string | undefined {
    return addressOf(this.config.root, location.origin, new URL(location.href));
  }

  private urlOf(place: string): URL {
    return new URL(location.origin + this.config.root + place);
  }
}

function onlyHashDiffers(url: URL): boolean {
  return isShown(url) && url.hash !== '';
}

/** Whether the page is at an address, in whatever part of it. */
function isShown(url: URL): boolean {
  return url.pathname === location.pathname && url.search === location.search;
}
