/** Traits that stand for events: every value of them is sent to the server, not only the latest. */
import type { WidgetModel } from '@jupyter-widgets/base';
import type { Json } from '../protocol';

/** The prefix of the traits by which plotly's figures report what the user has done. */
const EVENT = '_js2py_';

/** Members of a model that are not in its public types. */
interface Unsent {
  _msg_buffer: Json | null;
  _msg_buffer_callbacks: unknown;
}

/**
 * Makes a model send every event. While the server handles a change, the model collects the changes
 * that follow, and keeps the last value of each trait: of a click and a pointer that leaves, the
 * server would only get the second.
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

/** Sends the collected changes if one of them is an event that a new change would replace. */
function sendUnsentEvents(model: WidgetModel, changes: string[]): void {
  const collected = model as unknown as Unsent;
  const unsent = collected._msg_buffer;
  const replaced = changes.some((name) => name.startsWith(EVENT) && isEvent(unsent?.[name]));
  if (unsent === null || !replaced) {
    return;
  }
  const callbacks = collected._msg_buffer_callbacks;
  collected._msg_buffer = collected._msg_buffer_callbacks = null;
  model.rememberLastUpdateFor(model.send_sync_message(unsent as never, callbacks));
}

/** Between two events, such a trait is null. */
function isEvent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
