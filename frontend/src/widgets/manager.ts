/** The widget manager: creates models for comms, and views for models. */
import {
  createErrorWidgetModel,
  DOMWidgetModel,
  type DOMWidgetView,
  type ICallbacks,
  type IModelOptions,
  uuid,
  type WidgetModel,
  type WidgetView,
} from '@jupyter-widgets/base';
import { ManagerBase } from '@jupyter-widgets/base-manager';
import { ClosedModels } from './closed-models';
import { type Channel, Comm } from './comm';
import { sendEveryEvent } from './event-traits';
import { latexTypesetter } from '../markup';
import { forgetEcho, addMessageFallback, restoreState } from './model-state';
import type { RichRenderer } from '../output';
import { fetchChunk, lazy } from '../retry';
import type { Buffer, Extra, Json, OutputItem } from '../protocol';
import type { ViewClass } from './view-lifecycle';
import { ViewMaker } from './view-maker';

const WIDGET_TARGET = 'jupyter.widget';
/** The id that the server gives to references to widgets that were closed. */
const CLOSED = 'sundog-closed';

/** Loads the code of widgets. */
export interface ModuleLoader {
  load(module: string, version: string): Promise<Record<string, unknown>>;
}

/** Takes the items of an output area: the model of an Output widget. */
export interface OutputTarget {
  applyItem(item: OutputItem): void;
}

type ModelClass = typeof WidgetModel;

export class Manager extends ManagerBase {
  /** Read by `DescriptionView.typeset`. */
  readonly _rendermime = { latexTypesetter };
  /** The output areas beside the page itself. */
  readonly outputAreas = new Set<OutputTarget>();
  /** Called with every new model. */
  onModel: ((model: WidgetModel) => void) | undefined;
  /** Called with every new view that will be shown. */
  onView: ((view: WidgetView) => void) | undefined;
  /** Called for each widget that cannot be shown. */
  onBroken: (text: string, error: unknown) => void = () => undefined;
  private readonly comms = new Map<string, Comm>();
  private readonly views = new ViewMaker(
    async (...what) => (await this.loadClass(...what)) as unknown as ViewClass,
    {
      made: (view) => this.onView?.(view),
      broken: (text, error) => this.onBroken(text, error),
    },
  );
  private readonly updating = new Set<Promise<unknown>>();
  private readonly closed = new ClosedModels();
  /** While the full state arrives: the comms that it has not contained yet. */
  private notSynced: Set<string> | undefined;

  constructor(
    private readonly channel: Channel,
    private readonly loader: ModuleLoader,
    /** Loads the renderer of outputs that are not widgets. */
    readonly rich: () => Promise<RichRenderer>,
  ) {
    super();
  }

  /** The ids of all models, also of those that are still being created. */
  get modelIds(): string[] {
    return [...this.comms.keys()];
  }

  // From the server -----------------------------------------------------------------------------

  openComm(id: string, target: string, data: Json, metadata: Json, buffers: DataView[]): void {
    if (target !== WIDGET_TARGET) {
      console.warn(`A comm has the unknown target ${target}`);
      return;
    }
    this.notSynced?.delete(id);
    if (this.comms.has(id) && this.has_model(id)) {
      const restored = this.get_model(id).then((model) => restoreState(model, data, buffers, this));
      this.closed.track(restored);
      return;
    }
    const state = (data['state'] ?? {}) as Json;
    this.prefetch(state['_view_module'], state['_view_module_version']);
    const comm = this.newComm(id, target);
    const message = { metadata, content: { comm_id: id, data }, buffers };
    const made = this.handle_comm_open(comm, message as never).catch((error: unknown) => {
      console.error('A widget could not be created', error);
    });
    this.closed.track(made);
  }

  deliver(id: string, data: Json, extra: Extra | undefined, buffers: DataView[]): void {
    const comm = this.comms.get(id);
    if (comm === undefined) {
      return;
    }
    if (data['method'] === 'custom' && this.updating.size > 0) {
      // A custom message may depend on the updates before it.
      comm.deliver(data, buffers, extra, Promise.allSettled(this.updating));
      return;
    }
    const result = comm.deliver(data, buffers, extra);
    if (result instanceof Promise) {
      this.closed.track(result);
      this.updating.add(result);
      const done = () => this.updating.delete(result);
      result.then(done, done);
    }
  }

  closeComm(id: string, data: Json): void {
    const comm = this.comms.get(id);
    if (comm === undefined) {
      return;
    }
    if (this.has_model(id)) {
      this.closed.keep(id, this.get_model(id));
    }
    if (comm.hasModel || !this.has_model(id)) {
      comm.deliverClose(data);
      return;
    }
    // Its model is still being created, and does not listen to the comm yet.
    this.forget(comm);
    void this.get_model(id).then(() => comm.deliverClose(data));
  }

  /** Passes an item to an Output widget, in order with its other messages. */
  applyOutput(id: string, item: OutputItem): void {
    if (this.has_model(id)) {
      void this.get_model(id).then((model) => (model as unknown as OutputTarget).applyItem(item));
    }
  }

  /** The full state follows. */
  beginSync(): void {
    const known = [...this.comms.values()].filter((comm) => !comm.unconfirmed);
    this.notSynced = new Set(known.map((comm) => comm.comm_id));
  }

  /** The full state has arrived: closes the comms that it did not contain. */
  endSync(): void {
    for (const id of this.notSynced ?? []) {
      this.closeComm(id, {});
    }
    this.notSynced = undefined;
  }

  /** Closes all comms, without notifying the server, which does not know them. */
  reset(): void {
    for (const id of [...this.comms.keys()]) {
      this.closeComm(id, {});
    }
    this.notSynced = undefined;
  }

  // For ManagerBase -----------------------------------------------------------------------------

  override get_model(id: string): Promise<WidgetModel> {
    if (id === CLOSED) {
      return this.closedModel();
    }
    return (this.has_model(id) ? undefined : this.closed.get(id)) ?? super.get_model(id);
  }

  /** Its views show nothing. */
  private readonly closedModel = lazy(async () => {
    const model = new DOMWidgetModel({}, { widget_manager: this, model_id: CLOSED });
    await model.close(true);
    return model;
  });

  protected override async loadClass(
    name: string,
    module: string,
    version: string,
  ): Promise<ModelClass> {
    const found = (await this.loader.load(module, version))[name];
    if (found === undefined) {
      throw new Error(`The module ${module} has no class ${name}.`);
    }
    return found as ModelClass;
  }

  protected override _create_comm(
    target: string,
    id: string = uuid(),
    data?: Json,
    metadata?: Json,
    buffers?: Buffer[],
  ): Promise<Comm> {
    const comm = this.comms.get(id) ?? this.newComm(id, target);
    if (data !== undefined || metadata !== undefined) {
      comm.open(data, undefined, metadata, buffers);
    }
    return Promise.resolve(comm);
  }

  protected override _get_comm_info(): Promise<object> {
    return Promise.resolve({});
  }

  override callbacks(): ICallbacks {
    return {};
  }

  /** Unlike the inherited method, returns a model even after an error: one that shows the error. */
  override async _make_model(
    options: IModelOptions & { model_id: string },
    state: Json = {},
  ): Promise<WidgetModel> {
    const { model_name, model_module, model_module_version, model_id, comm } = options;
    const modelOptions = { widget_manager: this, model_id, comm };
    const Model = await this.loadModelClass(model_name, model_module, model_module_version);
    let model: WidgetModel;
    try {
      const attributes = await Model._deserialize_state(state as never, this);
      model = new Model(attributes, modelOptions);
      addMessageFallback(model, comm as Comm | undefined);
      sendEveryEvent(model);
    } catch (error) {
      console.error(error);
      const text = `The widget ${model_name} of ${model_module} could not be created.`;
      this.onBroken(text, error);
      const ErrorModel = createErrorWidgetModel(error, text);
      model = new ErrorModel({}, modelOptions);
    }
    model.name = model_name;
    model.module = model_module;
    this.onModel?.(model);
    return model;
  }

  /** Unlike the inherited method, returns a view even after an error: one that shows the error. */
  override create_view<VT extends DOMWidgetView = DOMWidgetView>(
    model: DOMWidgetModel,
    options?: unknown,
  ): Promise<VT>;
  override create_view<VT extends WidgetView = WidgetView>(
    model: WidgetModel,
    options?: unknown,
  ): Promise<VT>;
  override create_view(
    model: WidgetModel,
    options: { parent?: WidgetView } = {},
  ): Promise<WidgetView> {
    // Some models handle messages late, and a view must show what was sent before it was created.
    const pendingWork = this.comms.get(model.model_id)?.pendingWork;
    return this.views.make(model, this.setViewOptions(options) as object, pendingWork);
  }

  /** Packages for older versions of ipywidgets use this. */
  get renderMime(): Promise<unknown> {
    return this.makeRenderMime();
  }

  private async makeRenderMime(): Promise<unknown> {
    const { makeRenderMime } = await fetchChunk(() => import('../bundled/rendermime'));
    return makeRenderMime();
  }

  private prefetch(module: unknown, version: unknown): void {
    if (typeof module === 'string') {
      this.loader.load(module, String(version)).catch(() => {
        // Reported when the code is used.
      });
    }
  }

  private newComm(id: string, target: string): Comm {
    const comm = new Comm(id, target, this.channel, this.forget, this.afterAcknowledgement);
    this.comms.set(id, comm);
    return comm;
  }

  private readonly forget = (comm: Comm): void => {
    this.comms.delete(comm.comm_id);
  };

  /** If this is the kernel's only page, there will be no echo of an acknowledged message. */
  private readonly afterAcknowledgement = (comm: Comm, messageId: string): void => {
    if (!this.has_model(comm.comm_id)) {
      return;
    }
    void this.get_model(comm.comm_id).then((model) => forgetEcho(model, messageId));
  };
}
