/** The page itself as an output area. */
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { AreaItems, OutputArea, WIDGET_VIEW } from '../output';
import type { OutputItem } from '../protocol';
import type { Manager } from '../widgets';

export class PageArea {
  private readonly items = new AreaItems();
  private readonly area: OutputArea;
  /** While the full state arrives: the items that the page will show. */
  private arriving: OutputItem[] | undefined;

  constructor(
    host: HTMLElement,
    private readonly manager: Manager,
    onShown: () => void,
    /** The id of the only model that is shown, instead of what the app shows. */
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
    if (this.arriving !== undefined) {
      this.arriving.push(item);
    } else {
      this.area.apply(this.items.apply(item));
    }
  }

  beginSync(): void {
    this.arriving = [];
  }

  endSync(): void {
    const items = this.arriving ?? [];
    this.arriving = undefined;
    if (this.widget === undefined) {
      this.area.apply(this.items.reset(items));
    }
  }

  /** The app's widgets exist. */
  ready(): void {
    if (this.widget !== undefined) {
      this.area.apply(this.items.reset([this.only(this.widget)]));
    }
  }

  private only(widget: string): OutputItem {
    return this.manager.has_model(widget)
      ? { output_type: 'display_data', data: { [WIDGET_VIEW]: { model_id: widget } } }
      : { output_type: 'stream', name: 'stdout', text: 'The widget of this window no longer exists.' };
  }

  reset(): void {
    this.arriving = undefined;
    this.area.apply(this.items.reset([]));
  }
}
