/** Updates models with what the server sends, and keeps what the page has changed meanwhile. */
import { put_buffers, WidgetModel } from '@jupyter-widgets/base';
import type { ManagerBase } from '@jupyter-widgets/base-manager';
import type { Comm } from './comm';
import type { Json } from '../protocol';

/** Members of a model that are not in its public types. */
interface ModelInternals {
  _expectedEchoMsgIds: Map<string, string>;
  _msg_buffer: Json | null;
}

/**
 * Makes a model update its state even if it fails to handle a message. Some models handle messages
 * only when their code has been loaded, and give up if that takes long: anywidget after two seconds.
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
      console.warn('A widget did not handle a message; its state is updated anyway', error);
      await inherited.call(model, message);
    }
  });
}

/** Sets a model to the state of the server, except for what the page has changed. */
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
    // Read as late as possible, to include what the user enters meanwhile.
    const { _expectedEchoMsgIds: sent, _msg_buffer: unsent } = model as unknown as ModelInternals;
    for (const name of [...sent.keys(), ...Object.keys(unsent ?? {})]) {
      delete restored[name];
    }
    model.set_state(restored);
  });
  await model.state_change.catch((error: unknown) => {
    console.error('A widget could not be set to its state', error);
  });
}

/** Stops waiting for the echo of a message, after the model has handled what has arrived. */
export async function forgetEcho(model: WidgetModel, messageId: string): Promise<void> {
  await model.state_change;
  const { _expectedEchoMsgIds: expected } = model as unknown as ModelInternals;
  for (const [name, id] of expected) {
    if (id === messageId) {
      expected.delete(name);
    }
  }
}
