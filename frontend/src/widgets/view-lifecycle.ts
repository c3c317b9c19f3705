/**
 * Handles views that are removed while they are being created, or whose parent is: the code of widget
 * libraries does not expect that.
 */
import { DOMWidgetView, type WidgetModel, WidgetView } from '@jupyter-widgets/base';
import { MessageLoop } from '@lumino/messaging';

export type ViewClass = new (parameters: object) => WidgetView;

const removed = new WeakSet<WidgetView>();
const watched = new WeakSet<WidgetView>();

/** Whether a view has been removed for good. */
export function isRemoved(view: WidgetView): boolean {
  // A view that changes its element also fires "remove", but stays alive in another Lumino widget.
  const isAlive = view instanceof DOMWidgetView && view.luminoWidget?.isDisposed === false;
  return removed.has(view) && !isAlive;
}

/** Notices when a view is removed, and removes what it would leave behind. */
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
      // Messages that are still queued for the widget would not find a view.
      MessageLoop.installMessageHook(luminoWidget, dropMessage);
    }
    for (const promise of [layoutPromise, stylePromise]) {
      // Undefined if the view fails early.
      void promise?.then((part?: WidgetView) => {
        if (isRemoved(view)) {
          part?.remove();
        }
      });
    }
  });
}

/** Backbone's list of an object's listeners. */
interface Listened {
  _events?: Record<string, { callback: Backbone.EventHandler }[]>;
}

/**
 * Creates a view. The base class makes each view listen for custom messages for ever, so that a model
 * keeps all views that it ever had. The views that are created here stop when they are removed.
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

function dropMessage(): boolean {
  return false;
}

/**
 * The promise of a view. If the view's parent has been removed when the view is ready, the view is
 * removed as well, the parent's callbacks are not called, and promises that depend on this one stay
 * pending. If the view itself has been removed, the promise resolves to a view that shows nothing.
 */
export class ViewPromise<T = WidgetView> extends Promise<T> {
  private parent: WidgetView | undefined;

  /** Returns the promise of a view for its parent, which is undefined if the view has none. */
  static to(parent: WidgetView | undefined, view: Promise<WidgetView>): ViewPromise {
    const promise = new ViewPromise<WidgetView>((resolve) => resolve(view));
    promise.parent = parent;
    return promise;
  }

  override then<F = T, R = never>(
    onFulfilled?: ((value: T) => F | PromiseLike<F>) | null,
    onRejected?: ((reason: unknown) => R | PromiseLike<R>) | null,
  ): Promise<F | R> {
    const { parent } = this;
    // Checked here, not when the view was created: callbacks run some steps later.
    const fulfil = (value: T) => {
      const view = value instanceof WidgetView ? value : undefined;
      if (parent !== undefined && isRemoved(parent)) {
        view?.remove();
        return new Promise<F>(() => undefined);
      }
      const given = view !== undefined && isRemoved(view) ? (placeholderFor(view) as T) : value;
      return onFulfilled ? onFulfilled(given) : (given as unknown as F);
    };
    const next = super.then(fulfil, onRejected);
    (next as ViewPromise<F | R>).parent = parent;
    return next;
  }
}

/** Returns a view to show in place of one that was removed before it was shown. */
function placeholderFor(view: WidgetView): WidgetView {
  // Other views have no place in the page.
  return view instanceof DOMWidgetView ? emptyView(view.model, view.options as object) : view;
}

/** Returns a view that shows nothing. */
export function emptyView(model: WidgetModel, options: object): WidgetView {
  const view = makeView(DOMWidgetView, model, options);
  view.el.hidden = true;
  return view;
}
