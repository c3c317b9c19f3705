/** Applies the server's messages in order and once each, and a full state as a whole. */
import type { Batch, ServerMessage, Welcome } from '../protocol';

export interface IncomingHandlers {
  message(message: ServerMessage, buffers: DataView[]): void;
  /** The messages until `endSync` are the full state. */
  beginSync(): void;
  endSync(): void;
}

export class Incoming {
  private applied = 0;
  /** The batches of a full state, until it is complete. */
  private state: Batch[] | undefined;
  /** Whether the full state is that of changed code: earlier messages are of no interest then. */
  private reloaded = false;

  constructor(private readonly handlers: IncomingHandlers) {}

  /** The number of the last message that was applied. */
  get seen(): number {
    return this.applied;
  }

  welcome({ mode, seq, reloaded }: Welcome): void {
    this.reloaded = reloaded === true;
    this.state = mode === 'sync' ? [] : undefined;
    if (mode === 'new') {
      this.applied = seq;
    }
  }

  /** Applies the new messages of a batch; returns false if messages before it are missing. */
  take(batch: Batch): boolean {
    const { first, messages, buffers } = batch;
    if (first === 0) {
      this.state?.push(batch);
      return true;
    }
    if (first > this.applied + 1 && messages.length > 0) {
      console.error(`Messages ${this.applied + 1} to ${first - 1} are missing`);
      return false;
    }
    for (let index = Math.max(0, this.applied + 1 - first); index < messages.length; index += 1) {
      this.applied = first + index;
      this.apply(messages[index]!, buffers?.[index]);
    }
    return true;
  }

  /** Applies the full state, which has arrived completely. */
  complete(seq: number): void {
    this.handlers.beginSync();
    for (const { messages, buffers } of this.state ?? []) {
      messages.forEach((message, index) => this.apply(message, buffers?.[index]));
    }
    this.handlers.endSync();
    this.state = undefined;
    const missed = seq - this.applied;
    if (this.applied > 0 && missed > 0 && !this.reloaded) {
      console.warn(
        `The page missed ${missed} messages of the app. It received the state of all widgets ` +
          'instead, but custom messages are lost.',
      );
    }
    this.applied = seq;
  }

  private apply(message: ServerMessage, buffers: DataView[] = []): void {
    try {
      this.handlers.message(message, buffers);
    } catch (error) {
      console.error('A message of the server could not be applied', message, error);
    }
  }
}
