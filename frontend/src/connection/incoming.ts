/** What the server says, in order and once; a full state in one go. */
import type { Batch, ServerMessage, Welcome } from '../protocol';

export interface IncomingHandlers {
  message(message: ServerMessage, buffers: DataView[]): void;
  /** The messages up to `endSync` say all that there is. */
  beginSync(): void;
  endSync(): void;
}

export class Incoming {
  private applied = 0;
  /** The batches of a full state, until it is complete. */
  private state: Batch[] | undefined;
  /** Whether the state is that of changed code: what was said before it counts no more. */
  private reloaded = false;

  constructor(private readonly handlers: IncomingHandlers) {}

  /** The highest number of the server that was applied. */
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

  /** Applies what is new of a batch; returns false where messages before it are missing. */
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

  /** Applies a full state in one go: half of one would not be a state. */
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
        `${missed} messages of the app were missed. The state of all widgets has come instead; ` +
          'custom messages among them are lost.',
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
