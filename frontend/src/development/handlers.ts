/** Shows in the page what the server reports while the app is being developed. */
import type { DevelopmentHandlers } from '../connection';
import type { Menu } from '../navigation';
import type { ErrorPanel, PageChannel, Restart, Status } from '../page';
import type { ErrorReport, MenuEntry } from '../protocol';
import { keepScrollAndFocus, swapStyles } from './hot-reload';

/** The parts of the page that change when the app's files do. */
export interface ReloadedParts {
  document: Document;
  root: HTMLElement;
  channel: PageChannel;
  menu: Pick<Menu, 'replace'>;
  status: Pick<Status, 'visible'>;
  errors: ErrorPanel;
  /** Shows why the app cannot run. */
  faults: ErrorPanel;
  restart: Pick<Restart, 'restart'>;
}

export class ReloadHandlers implements DevelopmentHandlers {
  private restoreScrollAndFocus: (() => void) | undefined;

  constructor(private readonly parts: ReloadedParts) {}

  reloading(): void {
    this.parts.errors.clear();
    this.restoreScrollAndFocus = keepScrollAndFocus(this.parts.root);
  }

  reloaded(): void {
    this.restoreScrollAndFocus?.();
    this.restoreScrollAndFocus = undefined;
  }

  fault(report: ErrorReport | null): void {
    const { faults, root, status } = this.parts;
    faults.clear();
    if (report !== null) {
      faults.show(report);
      root.removeAttribute('aria-busy');
      status.visible();
    }
  }

  assets(styles: string[], reload: boolean): void {
    // The errors may have come from the files that have changed.
    this.parts.errors.clear();
    if (reload || !swapStyles(this.parts.document, styles)) {
      this.parts.restart.restart();
    }
  }

  menu(links: MenuEntry[]): void {
    this.parts.menu.replace(links);
  }

  handled(id: string, milliseconds: number): void {
    this.parts.channel.traffic?.handled(id, milliseconds);
  }
}
