/** Traits that stand for events: each of their values is told to the server, not only the latest. */
import type { WidgetModel } from '@jupyter-widgets/base';
import type { Json } from '../protocol';

/** How plotly begins the names of traits by which a figure tells what the user has done. */
const EVENT = '_js2py_';

/** What is read of a model that the published types keep to themselves. */
interface Unsent {
  _msg_buffer: Json | null;
  _msg_buffer_callbacks: unknown;
}

/**
 * Has a model tell every event. While the server has not handled what a model has told it, the model
 * gathers what comes next and keeps the last value of each trait: of a click, and of the pointer
 * that leaves where it was, the server would hear the second.
 */
export function sendEveryEvent(model: WidgetModel): void {
  if (!model.keys().some((name) => name.startsWith(EVENT))) {
    return;
  }
  const sync = model.sync.bind(model);
  model.sync = (method: string, changed: WidgetModel, options?: { attrs?: Json }): unknown => {
    sendUnsentEvents(model, Object.keys(options?.attrs ?? {}));
    return sync(method, changed, options);
  };
}

/** Sends what a model has gathered, if an event is in it that one of some changes would replace. */
function sendUnsentEvents(model: WidgetModel, changes: string[]): void {
  const gathered = model as unknown as Unsent;
  const unsent = gathered._msg_buffer;
  const replaced = changes.some((name) => name.startsWith(EVENT) && isEvent(unsent?.[name]));
  if (unsent === null || !replaced) {
    return;
  }
  const callbacks = gathered._msg_buffer_callbacks;
  gathered._msg_buffer = gathered._msg_buffer_callbacks = null;
  model.rememberLastUpdateFor(model.send_sync_message(unsent as never, callbacks));
}

/** Between two events such a trait is set to nothing. */
function isEvent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
