/** What a connection reports to the page. */
import type { ErrorReport, MenuEntry } from '../protocol';
import type { IncomingHandlers } from './incoming';

export type ConnectionState =
  | { name: 'connecting' }
  | { name: 'open' }
  | { name: 'reconnecting'; reason?: string }
  /** `known`: the page has been connected to the kernel, and may show what the user has done. */
  | { name: 'ended'; known: boolean }
  | { name: 'left' };

export interface Handlers extends IncomingHandlers {
  /** The page is about to open a socket. */
  opening(): void;
  /** A new kernel has replaced the one that the page has shown. */
  reset(): void;
  status(state: string, text: string): void;
  state(state: ConnectionState): void;
  /** The server has refused what the page sent; it has been dropped. */
  dropped(reason: string): void;
  readonly development: DevelopmentHandlers | undefined;
}

/** What the server reports only while the app is being developed. */
export interface DevelopmentHandlers {
  /** The app has been reloaded, and its full state follows. */
  reloading(): void;
  /** The full state has been applied. */
  reloaded(): void;
  /** Why the app cannot run; null when it can again. */
  fault(report: ErrorReport | null): void;
  /** Files beside the app have changed: style sheets, or files that need a `reload`. */
  assets(styles: string[], reload: boolean): void;
  menu(links: MenuEntry[]): void;
  /** How long the server took to handle a message of the page. */
  handled(id: string, milliseconds: number): void;
}
