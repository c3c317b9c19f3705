/**
 * How long views live. Making one takes time, and what it is made for may go meanwhile: the code
 * of widgets does not expect that.
 */
import { DOMWidgetView, type WidgetModel, WidgetView } from '@jupyter-widgets/base';
import { MessageLoop } from '@lumino/messaging';

export type ViewClass = new (parameters: object) => WidgetView;

const removed = new WeakSet<WidgetView>();
const watched = new WeakSet<WidgetView>();

/** Whether a view has been removed for good. */
export function isRemoved(view: WidgetView): boolean {
  // A view that only changes its element removes itself, too, and lives on in another widget.
  const livesOn = view instanceof DOMWidgetView && view.luminoWidget?.isDisposed === false;
  return removed.has(view) && !livesOn;
}

/** Notices when the view is removed, and lets go of what it would leave behind. */
export function watchRemoval(view: WidgetView): void {
  if (watched.has(view)) {
    return;
  }
  watched.add(view);
  view.on('remove', () => {
    removed.add(view);
    if (!(view instanceof DOMWidgetView)) {
      return;
    }
    const { luminoWidget, layoutPromise, stylePromise } = view;
    if (luminoWidget?.isDisposed) {
      // What was still on its way to the widget would find no view any more.
      MessageLoop.installMessageHook(luminoWidget, swallow);
    }
    for (const promise of [layoutPromise, stylePromise]) {
      // Not set yet, where the view fails early.
      void promise?.then((part?: WidgetView) => {
        if (isRemoved(view)) {
          part?.remove();
        }
      });
    }
  });
}

/** What Backbone keeps of who listens. */
interface Listened {
  _events?: Record<string, { callback: Backbone.EventHandler }[]>;
}

/**
 * Makes a view. The base class has each listen for custom messages and never stop, so that a model
 * would keep all views that it ever had: those that it makes here stop when they are removed.
 */
export function makeView(View: ViewClass, model: WidgetModel, options: object): WidgetView {
  const listeners = () => (model as Listened)._events?.['msg:custom'] ?? [];
  const before = new Set(listeners());
  const view = new View({ model, options });
  const own = listeners().filter(
    (entry) => !before.has(entry) && entry.callback.name === 'bound handle_message',
  );
  watchRemoval(view);
  view.on('remove', () => {
    if (isRemoved(view)) {
      own.forEach(({ callback }) => model.off('msg:custom', callback));
    }
  });
  return view;
}

function swallow(): boolean {
  return false;
}

/**
 * A view on its way to whoever asked for it. If its parent is gone by the time that it would be
 * handed over, it is removed, and the parent is not called any more; whatever was made of this
 * promise by then stays pending. A view that is gone itself is replaced by one that shows nothing.
 */
export class ViewPromise<T = WidgetView> extends Promise<T> {
  private parent: WidgetView | undefined;

  /** What `view` resolves to, for `parent`; undefined where it is for no other view. */
  static to(parent: WidgetView | undefined, view: Promise<WidgetView>): ViewPromise {
    const handover = new ViewPromise<WidgetView>((resolve) => resolve(view));
    handover.parent = parent;
    return handover;
  }

  override then<F = T, R = never>(
    onFulfilled?: ((value: T) => F | PromiseLike<F>) | null,
    onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null,
  ): Promise<F | R> {
    const { parent } = this;
    // Looked at here, not when the view was made: a promise calls back some steps later.
    const handOver = (value: T) => {
      const view = value instanceof WidgetView ? value : undefined;
      if (parent !== undefined && isRemoved(parent)) {
        view?.remove();
        return new Promise<F>(() => undefined);
      }
      const given = view !== undefined && isRemoved(view) ? (placeholderFor(view) as T) : value;
      return onFulfilled ? onFulfilled(given) : (given as unknown as F);
    };
    const next = super.then(handOver, onRejected);
    (next as ViewPromise<F | R>).parent = parent;
    return next;
  }
}

/** Returns a view that can be put where one was to be shown that has gone on its way. */
function placeholderFor(view: WidgetView): WidgetView {
  // Only what stands in the page leaves a place.
  return view instanceof DOMWidgetView ? emptyView(view.model, view.options as object) : view;
}

/** Returns a view that shows nothing. */
export function emptyView(model: WidgetModel, options: object): WidgetView {
  const view = makeView(DOMWidgetView, model, options);
  view.el.hidden = true;
  return view;
}
