/**
 * The model and view of the Output widget. The server keeps the content of an Output and sends the
 * changes; the page never sends it back.
 */
import {
  OutputModel as BaseOutputModel,
  OutputView as BaseOutputView,
} from '@jupyter-widgets/output';
import { PanelLayout } from '@lumino/widgets';
import type { OutputItem } from '../protocol';
import { OutputArea, type RichRenderer, type ViewManager } from './area';
import { AreaItems, type Change } from './items';

export { OUTPUT_WIDGET_VERSION } from '@jupyter-widgets/output';

/** The part of the widget manager that Output widgets need. */
interface OutputManager extends ViewManager {
  /** The output areas beside the page itself. */
  readonly outputAreas: Set<{ applyItem(item: OutputItem): void }>;
  readonly rich: () => Promise<RichRenderer>;
}

const CHANGED = 'output:changed';

export class OutputModel extends BaseOutputModel {
  // Only declared: the constructor of the base class sets it before fields are initialised.
  declare items: AreaItems;

  override defaults(): Backbone.ObjectHash {
    return { ...super.defaults(), msg_id: '', outputs: [] };
  }

  override initialize(...parameters: Parameters<BaseOutputModel['initialize']>): void {
    super.initialize(...parameters);
    this.items = new AreaItems();
    this.items.reset(this.get('outputs') as OutputItem[]);
    this.on('change:outputs', () => {
      this.trigger(CHANGED, this.items.reset(this.get('outputs') as OutputItem[]));
    });
    const areas = (this.widget_manager as unknown as OutputManager).outputAreas;
    areas.add(this);
    this.once('destroy', () => areas.delete(this));
  }

  /** Applies an item of the server, after the ones before it. */
  applyItem(item: OutputItem): void {
    this.state_change = this.state_change.then(() => {
      const changes = this.items.apply(item);
      // Not by `set`, which would send it to the server.
      (this.attributes as Record<string, unknown>)['outputs'] = this.items.items;
      this.trigger(CHANGED, changes);
    });
  }
}

export class OutputView extends BaseOutputView {
  override render(): void {
    super.render();
    const model = this.model as OutputModel;
    const manager = model.widget_manager as unknown as OutputManager;
    this.el.classList.add('jupyter-widgets', 'jupyter-widget-output', 'widget-output');
    const area = new OutputArea(manager, manager.rich);
    const layout = new PanelLayout();
    this.luminoWidget.layout = layout;
    layout.addWidget(area);
    area.apply(model.items.items.map((item) => ({ kind: 'append', item })));
    this.listenTo(model, CHANGED, (changes: Change[]) => area.apply(changes));
  }
}
