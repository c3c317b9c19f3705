/** Shows the items of an output area: of the page, or of an Output widget's view. */
import type { Widget } from '@lumino/widgets';
import { Panel } from '@lumino/widgets';
import type { DOMWidgetView, WidgetModel, WidgetView } from '@jupyter-widgets/base';
import { server } from '../retry';
import type { OutputItem } from '../protocol';
import { type Change, joined, mimeBundle, WIDGET_VIEW } from './items';
import type { TextBlock } from './text';

/** Renders items that are not widgets. A chunk of its own, loaded when it is first needed. */
export interface RichRenderer {
  /** Renders an item into a slot; sets `text` of the slot for a stream. */
  render(slot: Slot, item: OutputItem): Promise<void>;
}

/** Finds the models of widgets, and makes their views. */
export interface ViewManager {
  has_model(id: string): boolean;
  get_model(id: string): Promise<WidgetModel>;
  create_view(model: WidgetModel): Promise<WidgetView>;
}

/** Where a view has its Lumino widget; views made for ipywidgets 7 call it `pWidget`. */
type LuminoView = WidgetView & Partial<Pick<DOMWidgetView, 'luminoWidget'>> & { pWidget: Widget };

/** How long old items may stay visible while the item that replaces them is being rendered. */
const REPLACE_WITHIN_MS = 500;

/** Shows one item. */
export class Slot extends Panel {
  text: TextBlock | undefined;
  /** Text that has arrived before `text` was set. */
  pendingText = '';
  ready: Promise<void> = Promise.resolve();
  /** The item, if it could not be shown. */
  failed: OutputItem | undefined;
}

export class OutputArea extends Panel {
  private slots: Slot[] = [];

  constructor(
    private readonly manager: ViewManager,
    private readonly rich: () => Promise<RichRenderer>,
    /** Called when an item is shown. */
    private readonly onShown: () => void = () => undefined,
  ) {
    super();
    this.addClass('jp-OutputArea');
  }

  apply(changes: readonly Change[]): void {
    let leaving: Slot[] = [];
    for (const change of changes) {
      switch (change.kind) {
        case 'append':
          this.append(change.item, leaving);
          leaving = [];
          break;
        case 'extend':
          this.extend(change.index, change.text, change.item);
          break;
        case 'replace':
          this.replace(change.index, change.item);
          break;
        case 'clear':
          leaving = change.wait ? this.slots : [];
          if (!change.wait) {
            remove(this.slots);
          }
          this.slots = [];
          break;
        case 'splice':
          this.splice(change.index, change.remove, change.items);
          break;
        case 'truncate':
          remove(this.slots.splice(change.length));
          break;
      }
    }
    remove(leaving);
  }

  /** Adds an item; removes the slots that it replaces when it is visible. */
  private append(item: OutputItem, leaving: Slot[]): void {
    const slot = this.fill(item);
    this.slots.push(slot);
    if (leaving.length === 0) {
      this.addWidget(slot);
      return;
    }
    swap(leaving, slot, () => this.addWidget(slot));
  }

  private extend(index: number, text: string, item: OutputItem): void {
    const slot = this.slots[index];
    if (slot?.failed !== undefined) {
      this.replace(index, item);
    } else if (slot?.text !== undefined) {
      slot.text.append(text);
    } else if (slot !== undefined) {
      slot.pendingText += text;
    }
  }

  private replace(index: number, item: OutputItem): void {
    const old = this.slots[index];
    if (old === undefined) {
      return;
    }
    const slot = this.fill(item);
    this.slots[index] = slot;
    swap([old], slot, () => this.insertWidget(this.widgets.indexOf(old) + 1, slot));
  }

  private splice(index: number, count: number, items: readonly OutputItem[]): void {
    const leaving = this.slots.slice(index, index + count);
    const slots = items.map((item) => this.fill(item));
    const next = this.slots[index + count];
    this.slots.splice(index, count, ...slots);
    for (const slot of slots) {
      const place = next === undefined ? this.widgets.length : this.widgets.indexOf(next);
      this.insertWidget(place, slot);
    }
    remove(leaving);
  }

  private fill(item: OutputItem): Slot {
    const slot = new Slot();
    slot.addClass('jp-OutputArea-output');
    slot.addClass(`sundog-output-${item.output_type}`);
    slot.ready = this.render(slot, item)
      .catch((error: unknown) => {
        if (!slot.isDisposed) {
          console.error('An output could not be shown', item, error);
          this.showFailure(slot, item);
        }
      })
      .then(() => this.onShown());
    return slot;
  }

  private showFailure(slot: Slot, item: OutputItem): void {
    const failed = item.output_type === 'stream' ? withText(item, slot.pendingText) : item;
    slot.failed = failed;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Try again';
    const retry = () => this.replace(this.slots.indexOf(slot), failed);
    button.addEventListener('click', retry);
    // After a restart, the server may have what was missing before.
    void server.reconnected().then(retry);
    slot.node.replaceChildren('This output could not be shown. ', button);
  }

  private async render(slot: Slot, item: OutputItem): Promise<void> {
    const reference = mimeBundle(item)[WIDGET_VIEW] as { model_id?: string } | undefined;
    if (reference?.model_id !== undefined && this.manager.has_model(reference.model_id)) {
      const model = await this.manager.get_model(reference.model_id);
      const view = await this.manager.create_view(model);
      if (slot.isDisposed) {
        view.remove();
      } else {
        const { luminoWidget, pWidget } = view as LuminoView;
        slot.addWidget(luminoWidget ?? pWidget);
      }
      return;
    }
    const rich = await this.rich();
    if (!slot.isDisposed) {
      await rich.render(slot, item);
    }
  }
}

function withText(item: OutputItem, more: string): OutputItem {
  return { ...item, text: joined(item['text']) + more };
}

function remove(slots: Slot[]): void {
  for (const slot of slots) {
    slot.dispose();
  }
}

/** Inserts a slot, invisible at first; removes the slots that it replaces when it is visible. */
function swap(leaving: Slot[], slot: Slot, insert: () => void): void {
  slot.addClass('sundog-preparing');
  insert();
  let done = false;
  const finish = () => {
    if (!done) {
      done = true;
      slot.removeClass('sundog-preparing');
      remove(leaving);
    }
  };
  void slot.ready.then(finish);
  setTimeout(finish, REPLACE_WITHIN_MS);
}
