/** Restarts the app after its kernel has ended, and offers to restore what the user had entered. */
import {
  type EnteredValues,
  type Entry,
  mayReload,
  type Models,
  offerRestore,
  restoreValues,
  saveEntries,
  takeEntries,
} from '../restore';
import type { Config } from '../config';
import type { Status } from './status';

/** The part of the browser's window that a restart needs. */
export interface RestartWindow {
  readonly sessionStorage: Storage;
  readonly location: Pick<Location, 'pathname' | 'reload'>;
  readonly document: { readonly body: HTMLElement };
  close(): void;
}

export class Restart {
  private saved: Entry[];
  private readonly storage: () => Storage;

  constructor(
    private readonly window: RestartWindow,
    private readonly config: Pick<Config, 'expired' | 'widget'>,
    private readonly entered: EnteredValues,
    private readonly status: Pick<Status, 'ended'>,
  ) {
    // Reading the property throws if the browser forbids storage.
    this.storage = () => window.sessionStorage;
    // The window of a single widget must not take what was saved for the whole app.
    this.saved = config.widget ? [] : takeEntries(this.storage, window.location.pathname);
  }

  /** The app's widgets exist: offers to restore what was entered in the page before this one. */
  offerSavedValues(models: Models): void {
    const matching = this.entered.matching(this.saved);
    this.saved = [];
    if (matching.length > 0) {
      offerRestore(this.window.document.body, () => void restoreValues(models, matching));
    }
  }

  /** Reloads the page, which starts the app in a new kernel. */
  readonly restart = (): void => {
    const { pathname } = this.window.location;
    saveEntries(this.storage, pathname, this.entered.entries);
    this.window.location.reload();
  };

  /**
   * The kernel has ended: restarts the app, or asks the user to do so. `known` is whether the page
   * has ever been connected to the kernel.
   */
  ended(known: boolean): void {
    if (this.config.widget) {
      // Browsers allow this if a page has opened the window.
      this.window.close();
    }
    // A page that has never been connected came from a cache: the user has entered nothing in it.
    const automatic = !known || this.config.expired === 'restart';
    if (automatic && mayReload(this.storage, Date.now())) {
      this.restart();
    } else {
      this.status.ended(this.restart);
    }
  }
}
