/** A comm: the channel between a widget model and its counterpart in Python. */
import type { ICallbacks, IClassicComm } from '@jupyter-widgets/base';
import type { Buffer, Extra, Json, PageMessage } from '../protocol';

/** Sends the messages of comms. */
export interface Channel {
  send(message: PageMessage, buffers?: readonly Buffer[], onAcknowledged?: () => void): string;
}

/** A message in the shape that widget models expect from Jupyter. */
export interface CommEvent {
  header: { msg_id: string; msg_type: string };
  parent_header: { msg_id?: string };
  metadata: Json;
  content: { comm_id: string; data: Json };
  buffers: DataView[];
}

interface Waiting {
  message: CommEvent;
  after: Promise<unknown> | undefined;
}

type Handler = (message: CommEvent) => unknown;

function isCustom(message: CommEvent): boolean {
  return message.content.data['method'] === 'custom';
}

function report(error: unknown): void {
  console.error('A message could not be handled', error);
}

const IDLE = { content: { execution_state: 'idle' } };

export class Comm implements IClassicComm {
  /** Whether the server may not yet know of this comm, because the page has opened it. */
  unconfirmed = false;
  private onMessage: Handler | undefined;
  private onClose: Handler | undefined;
  private readonly waiting: Waiting[] = [];
  private draining = false;
  /** The model's handling of messages that has not ended yet. */
  private readonly unfinished = new Set<Promise<unknown>>();

  constructor(
    readonly comm_id: string,
    readonly target_name: string,
    private readonly channel: Channel,
    private readonly forget: (comm: Comm) => void,
    private readonly afterAcknowledgement: (comm: Comm, messageId: string) => void,
  ) {}

  // Called by models -----------------------------------------------------------------------------

  open(data: unknown, callbacks?: ICallbacks, metadata?: Json, buffers?: Buffer[]): string {
    this.unconfirmed = true;
    const content = (data ?? {}) as Json;
    const message: PageMessage = ['open', this.comm_id, this.target_name, content, metadata ?? {}];
    return this.post(message, callbacks, buffers, () => (this.unconfirmed = false));
  }

  send(data: unknown, callbacks?: ICallbacks, metadata?: Json, buffers?: Buffer[]): string {
    const hasMetadata = metadata !== undefined && Object.keys(metadata).length > 0;
    const message: PageMessage = hasMetadata
      ? ['msg', this.comm_id, data as Json, { metadata }]
      : ['msg', this.comm_id, data as Json];
    return this.post(message, callbacks, buffers);
  }

  close(data?: unknown, callbacks?: ICallbacks, _metadata?: Json, buffers?: Buffer[]): string {
    this.forget(this);
    return this.post(['close', this.comm_id, (data ?? {}) as Json], callbacks, buffers);
  }

  on_msg(handler: Handler): void {
    this.onMessage = handler;
    // The constructor of the model, which calls this, has not finished yet.
    queueMicrotask(() => void this.drain());
  }

  on_close(handler: Handler): void {
    this.onClose = handler;
  }

  /** Whether there is a model that receives the messages. */
  get hasModel(): boolean {
    return this.onClose !== undefined;
  }

  // From the server -----------------------------------------------------------------------------

  /**
   * Passes a message to the model: in order, and not before there is a model and `after` has settled.
   * Returns what the model's handler returns; undefined if the message has to wait.
   */
  deliver(data: Json, buffers: DataView[], extra: Extra = {}, after?: Promise<unknown>): unknown {
    const message = this.event('comm_msg', data, buffers, extra);
    const mustWait =
      this.waiting.length > 0 || after !== undefined || (isCustom(message) && this.unfinished.size > 0);
    if (this.onMessage !== undefined && !mustWait) {
      return this.handle(message);
    }
    this.waiting.push({ message, after });
    if (this.onMessage !== undefined) {
      void this.drain();
    }
    return undefined;
  }

  /** Custom messages wait for the updates before them; the model itself keeps updates in order. */
  private async drain(): Promise<void> {
    if (this.draining) {
      return;
    }
    this.draining = true;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (next.after !== undefined || isCustom(next.message)) {
        await Promise.allSettled([next.after, ...this.unfinished]);
      }
      try {
        const result = this.handle(next.message);
        if (result instanceof Promise) {
          result.catch(report);
        }
      } catch (error) {
        report(error);
      }
      this.waiting.shift();
    }
    this.draining = false;
  }

  private handle(message: CommEvent): unknown {
    const result = this.onMessage?.(message);
    if (result instanceof Promise) {
      this.unfinished.add(result);
      const done = () => this.unfinished.delete(result);
      result.then(done, done);
    }
    return result;
  }

  /** Settles when the model has handled all messages so far; undefined if it has already. */
  get pendingWork(): Promise<unknown> | undefined {
    if (this.waiting.length === 0 && this.unfinished.size === 0) {
      return undefined;
    }
    // Waiting messages are passed on in the next microtask, unless they wait for something else.
    return Promise.resolve().then(() => Promise.allSettled([...this.unfinished]));
  }

  deliverClose(data: Json = {}): void {
    this.forget(this);
    this.onClose?.(this.event('comm_close', data, [], {}));
  }

  private event(kind: string, data: Json, buffers: DataView[], extra: Extra): CommEvent {
    return {
      header: { msg_id: '', msg_type: kind },
      parent_header: extra.parent === undefined ? {} : { msg_id: extra.parent },
      metadata: extra.metadata ?? {},
      content: { comm_id: this.comm_id, data },
      buffers,
    };
  }

  private post(
    message: PageMessage,
    callbacks: ICallbacks | undefined,
    buffers: Buffer[] | undefined,
    confirmed?: () => void,
  ): string {
    const status = callbacks?.iopub?.['status'] as ((message: unknown) => void) | undefined;
    const id = this.channel.send(message, buffers, () => {
      confirmed?.();
      this.afterAcknowledgement(this, id);
      // Models send their next change after this.
      status?.(IDLE);
    });
    return id;
  }
}
