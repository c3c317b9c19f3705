/** Creates the views of models. */
import { DOMWidgetModel, uuid, type WidgetModel, type WidgetView } from '@jupyter-widgets/base';
import { describeView } from './accessibility';
import { BrokenView, ERROR_VIEW } from './broken-view';
import { emptyView, ViewPromise, makeView, type ViewClass, watchRemoval } from './view-lifecycle';

/** Is notified about views. */
export interface ViewListeners {
  /** A view has been created and will be shown. */
  made(view: WidgetView): void;
  /** A widget cannot be shown. */
  broken(text: string, error: unknown): void;
}

export class ViewMaker {
  constructor(
    private readonly load: (name: string, module: string, version: string) => Promise<ViewClass>,
    private readonly listeners: ViewListeners,
  ) {}

  /**
   * Creates a view, after the model has handled the messages that it has received, which
   * `pendingWork` waits for. After an error, returns a view that shows the error.
   */
  make(
    model: WidgetModel,
    options: { parent?: WidgetView },
    pendingWork: Promise<unknown> | undefined,
  ): Promise<WidgetView> {
    const id = uuid();
    const { parent } = options;
    if (parent !== undefined) {
      watchRemoval(parent);
    }
    const create = () =>
      (model.state_change = model.state_change.then(() => this.render(model, options, id)));
    const created = pendingWork === undefined ? create() : pendingWork.then(create);
    if (model.views !== undefined) {
      model.views[id] = created;
    }
    return ViewPromise.to(parent, created);
  }

  private async render(model: WidgetModel, options: object, id: string): Promise<WidgetView> {
    if (isClosed(model) && model instanceof DOMWidgetModel) {
      return emptyView(model, options);
    }
    let view: WidgetView;
    try {
      const View = await this.viewClass(model);
      view = makeView(View, model, options);
      await view.render();
      describeView(view);
    } catch (error) {
      console.error(error);
      const name = `${model.get('_view_name')} of ${model.get('_view_module')}`;
      const broken = { text: `The view ${name} could not be created.`, error };
      this.listeners.broken(broken.text, error);
      view = makeView(BrokenView, model, { ...options, broken });
      await view.render();
    }
    view.listenTo(model, 'destroy', () => void view.remove());
    view.once('remove', () => {
      if (model.views !== undefined) {
        delete model.views[id];
      }
    });
    this.listeners.made(view);
    return view;
  }

  private async viewClass(model: WidgetModel): Promise<ViewClass> {
    const name = model.get('_view_name') as string;
    if (name === ERROR_VIEW) {
      return BrokenView;
    }
    const module = model.get('_view_module') as string;
    const version = model.get('_view_module_version') as string;
    return this.load(name, module, version);
  }
}

function isClosed(model: WidgetModel): boolean {
  // Closed models have no views.
  return model.views === undefined;
}
