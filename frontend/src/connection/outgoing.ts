/** The page's messages that the server has not acknowledged yet. */
import {
  type Buffer,
  encodeBatch,
  encodeMessage,
  type Outgoing,
  type PageMessage,
  sizeOf,
} from '../protocol';

interface Pending extends Outgoing {
  onAcknowledged: (() => void) | undefined;
}

const FRAME_BYTES = 512 * 1024;

export class OutgoingQueue {
  /** The number of the first message is `base`. */
  private queue: Pending[] = [];
  private base = 1;
  /** The number of the last message that was written to the current socket. */
  private written = 0;

  /** Whether the kernel has acknowledged any message. */
  get wasAcknowledged(): boolean {
    return this.base > 1;
  }

  /** The number that the next message will get. */
  get next(): number {
    return this.base + this.queue.length;
  }

  /** Adds a message, and returns its number. */
  add(message: PageMessage, buffers?: readonly Buffer[], onAcknowledged?: () => void): number {
    this.queue.push({ ...encodeMessage(message, buffers), onAcknowledged });
    return this.next - 1;
  }

  /** Removes the messages up to a number, and calls their callbacks. */
  acknowledge(number: number): void {
    const count = Math.min(number - this.base + 1, this.queue.length);
    if (count <= 0) {
      return;
    }
    this.base += count;
    for (const message of this.queue.splice(0, count)) {
      message.onAcknowledged?.();
    }
  }

  /** Continues after what the server has received: less than before if it has forgotten the page. */
  resume(received: number): void {
    if (received < this.base - 1) {
      this.base = received + 1;
    }
    this.written = received;
  }

  /** Removes what the server has not received; returns whether there was anything. */
  drop(received: number): boolean {
    const dropped = this.queue.splice(Math.max(0, received - this.base + 1));
    for (const message of dropped) {
      message.onAcknowledged?.();
    }
    return dropped.length > 0;
  }

  /** Removes everything: a new kernel knows nothing of what was sent to the one before. */
  clear(): void {
    this.queue = [];
    this.base = 1;
  }

  /** Yields frames with what was not written to the current socket; they count as written. */
  *frames(seen: number): Generator<string | Uint8Array<ArrayBuffer>> {
    let start = this.written - this.base + 1;
    while (start < this.queue.length) {
      let end = start;
      let size = 0;
      do {
        size += sizeOf(this.queue[end]!);
        end += 1;
      } while (end < this.queue.length && size < FRAME_BYTES);
      const frame = encodeBatch(seen, this.base + start, this.queue.slice(start, end));
      this.written = this.base + end - 1;
      yield frame;
      start = end;
    }
  }
}
