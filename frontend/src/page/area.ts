/** The page itself as an output area. */
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { Manager } from '../widgets/manager';
import { OutputArea } from '../output/area';
import { AreaItems, WIDGET_VIEW } from '../output/items';
import type { OutputItem } from '../protocol';

export class PageArea {
  private readonly items = new AreaItems();
  private readonly area: OutputArea;
  /** While the full state is coming: what the page is to hold then. */
  private coming: OutputItem[] | undefined;

  constructor(
    host: HTMLElement,
    private readonly manager: Manager,
    onShown: () => void,
    /** The model of the one widget that is shown here, instead of what the app shows. */
    private readonly widget: string | undefined,
  ) {
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
    if (this.widget !== undefined) {
      return;
    }
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
    if (this.widget === undefined) {
      this.area.apply(this.items.reset(items));
    }
  }

  /** The app's widgets are there. */
  ready(): void {
    if (this.widget !== undefined) {
      this.area.apply(this.items.reset([this.only(this.widget)]));
    }
  }

  private only(widget: string): OutputItem {
    return this.manager.has_model(widget)
      ? { output_type: 'display_data', data: { [WIDGET_VIEW]: { model_id: widget } } }
      : { output_type: 'stream', name: 'stdout', text: 'What this window showed is gone.' };
  }

  reset(): void {
    this.coming = undefined;
    this.area.apply(this.items.reset([]));
  }
}
