/** One comm of the page: what a widget model speaks through. */
import type { ICallbacks, IClassicComm } from '@jupyter-widgets/base';
import type { Buffer, Extra, Json, PageMessage } from './protocol';

/** What a comm needs of the connection. */
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

const IDLE = { content: { execution_state: 'idle' } };

export class Comm implements IClassicComm {
  /** Whether the server may not yet know of this comm, because the page has opened it. */
  unconfirmed = false;
  private onMessage: Handler | undefined;
  private onClose: Handler | undefined;
  private readonly waiting: Waiting[] = [];
  private draining = false;
  /** What the model is still doing with messages that had to wait. */
  private readonly unfinished = new Set<Promise<void>>();

  constructor(
    readonly comm_id: string,
    readonly target_name: string,
    private readonly channel: Channel,
    private readonly forget: (comm: Comm) => void,
    private readonly afterAcknowledgement: (comm: Comm, messageId: string) => void,
  ) {}

  // What models call ----------------------------------------------------------------------------

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
    // The model's constructor, which calls this, has not ended yet.
    queueMicrotask(() => void this.drain());
  }

  on_close(handler: Handler): void {
    this.onClose = handler;
  }

  // What the server sends -----------------------------------------------------------------------

  /**
   * Hands a message to the model, in order, as soon as there is a model and `after` is settled.
   * Returns what the model returns, undefined where the message has to wait.
   */
  deliver(data: Json, buffers: DataView[], extra: Extra = {}, after?: Promise<unknown>): unknown {
    const message = this.event('comm_msg', data, buffers, extra);
    const mustWait =
      this.waiting.length > 0 || after !== undefined || (isCustom(message) && this.unfinished.size > 0);
    if (this.onMessage !== undefined && !mustWait) {
      return this.onMessage(message);
    }
    this.waiting.push({ message, after });
    if (this.onMessage !== undefined) {
      void this.drain();
    }
    return undefined;
  }

  /**
   * Updates go to the model one right after another, which queues them itself: a view that is asked
   * for next waits for all of them. Custom messages are about what came before.
   */
  private async drain(): Promise<void> {
    if (this.draining) {
      return;
    }
    this.draining = true;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (next.after !== undefined || isCustom(next.message)) {
        await Promise.all([next.after, ...this.unfinished]);
      }
      const handling = this.handle(next.message);
      this.unfinished.add(handling);
      void handling.then(() => this.unfinished.delete(handling));
      this.waiting.shift();
    }
    this.draining = false;
  }

  private async handle(message: CommEvent): Promise<void> {
    try {
      await this.onMessage?.(message);
    } catch (error) {
      console.error('A message could not be handled', error);
    }
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
      // The models' throttle waits for this.
      status?.(IDLE);
    });
    return id;
  }
}
