/** Sends frames in order, and large ones in parts, so that pings pass between them. */
import { encodePart } from '../protocol';

type Frame = string | Uint8Array<ArrayBuffer>;

/** How much may be on the way without a confirmation: on a slow line, pings wait behind it. */
export const UNCONFIRMED_BYTES = 1024 * 1024;

export class FrameSender {
  /** The frames that are not fully written; the first one may have been in part. */
  private queue: Frame[] = [];
  /** The bytes of the first frame, if it is sent in parts, and how many of them were written. */
  private bytes: Uint8Array<ArrayBuffer> | undefined;
  private offset = 0;
  private unconfirmed = 0;
  /** The largest part that the server takes; 0 if it takes none. */
  private partBytes = 0;

  constructor(private readonly write: (frame: Frame) => void) {}

  /** Drops what was not sent, because there is another socket, or none. */
  reset(partBytes = 0): void {
    this.queue = [];
    this.bytes = undefined;
    this.offset = 0;
    this.unconfirmed = 0;
    this.partBytes = partBytes;
  }

  send(frame: Frame): void {
    this.queue.push(frame);
    this.writeOn();
  }

  /** The server has received a part of so many bytes. */
  confirmed(size: number): void {
    this.unconfirmed -= size;
    this.writeOn();
  }

  private writeOn(): void {
    for (let frame = this.queue[0]; frame !== undefined; frame = this.queue[0]) {
      if (this.partBytes === 0 || frame.length <= this.partBytes) {
        this.write(frame);
        this.queue.shift();
      } else if (!this.writeParts(frame)) {
        return;
      }
    }
  }

  /** Writes parts of the first frame; returns whether all of them are written. */
  private writeParts(frame: Frame): boolean {
    this.bytes ??= typeof frame === 'string' ? new TextEncoder().encode(frame) : frame;
    while (this.offset < this.bytes.length) {
      if (this.unconfirmed >= UNCONFIRMED_BYTES) {
        return false;
      }
      const isText = typeof frame === 'string';
      const part = encodePart(this.bytes, isText, this.offset, this.partBytes);
      this.offset += this.partBytes;
      this.unconfirmed += part.length;
      this.write(part);
    }
    this.queue.shift();
    this.bytes = undefined;
    this.offset = 0;
    return true;
  }
}
