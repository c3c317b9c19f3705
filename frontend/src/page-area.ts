/** The page itself as an output area. */
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { Manager } from './manager';
import { OutputArea } from './output/area';
import { AreaItems } from './output/items';
import type { OutputItem } from './protocol';

export class PageArea {
  private readonly items = new AreaItems();
  private readonly area: OutputArea;
  /** While the full state is coming: what the page is to hold then. */
  private coming: OutputItem[] | undefined;

  constructor(host: HTMLElement, manager: Manager, onShown: () => void) {
    this.area = new OutputArea(manager, manager.rich, onShown);
    Widget.attach(this.area, host);
    let frame = 0;
    window.addEventListener('resize', () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() =>
        MessageLoop.postMessage(this.area, Widget.ResizeMessage.UnknownSize),
      );
    });
  }

  applyItem(item: OutputItem): void {
    if (this.coming !== undefined) {
      this.coming.push(item);
    } else {
      this.area.apply(this.items.apply(item));
    }
  }

  beginSync(): void {
    this.coming = [];
  }

  endSync(): void {
    const items = this.coming ?? [];
    this.coming = undefined;
    this.area.apply(this.items.reset(items));
  }

  reset(): void {
    this.coming = undefined;
    this.area.apply(this.items.reset([]));
  }
}
