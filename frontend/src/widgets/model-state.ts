/** How a model takes up what the server says, and what it keeps of what the page has changed. */
import { put_buffers, WidgetModel } from '@jupyter-widgets/base';
import type { ManagerBase } from '@jupyter-widgets/base-manager';
import type { Comm } from './comm';
import type { Json } from '../protocol';

/** What is read of a model that the published types keep to themselves. */
interface ModelInternals {
  _expectedEchoMsgIds: Map<string, string>;
  _msg_buffer: Json | null;
}

/**
 * Some models take up messages only when their code has been loaded, and give up on those that came
 * before if that takes long: anywidget after two seconds. Their state must not depend on it.
 */
export function addMessageFallback(model: WidgetModel, comm: Comm | undefined): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called for the model below
  const inherited = WidgetModel.prototype._handle_comm_msg;
  if (model._handle_comm_msg === inherited) {
    return;
  }
  comm?.on_msg(async (event) => {
    const message = event as never;
    try {
      await model._handle_comm_msg(message);
    } catch (error) {
      console.warn('A widget did not take up a message; it is put into its state', error);
      await inherited.call(model, message);
    }
  });
}

/** Sets a model to the state that the server has, except what the page has changed. */
export async function restoreState(
  model: WidgetModel,
  data: Json,
  buffers: DataView[],
  manager: ManagerBase,
): Promise<void> {
  const state = { ...(data['state'] as Json) };
  put_buffers(state as never, (data['buffer_paths'] ?? []) as never, buffers);
  model.state_change = model.state_change.then(async () => {
    const Model = model.constructor as typeof WidgetModel;
    const restored = await Model._deserialize_state(state as never, manager);
    // Looked at last: what the user enters meanwhile counts, too.
    const { _expectedEchoMsgIds: sent, _msg_buffer: unsent } = model as unknown as ModelInternals;
    for (const name of [...sent.keys(), ...Object.keys(unsent ?? {})]) {
      delete restored[name];
    }
    model.set_state(restored);
  });
  await model.state_change.catch((error: unknown) => {
    console.error('A widget could not take up its state', error);
  });
}

/** Expects no echo of a message any more, once those that have come are handled. */
export async function forgetEcho(model: WidgetModel, messageId: string): Promise<void> {
  await model.state_change;
  const { _expectedEchoMsgIds: expected } = model as unknown as ModelInternals;
  for (const [name, id] of expected) {
    if (id === messageId) {
      expected.delete(name);
    }
  }
}
