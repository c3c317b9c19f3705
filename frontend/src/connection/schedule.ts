/** When to connect again. */
import { backoff } from './backoff';

export class Schedule {
  private attempt = 0;
  private refusedForMs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly connect: () => void) {}

  get isWaiting(): boolean {
    return this.timer !== undefined;
  }

  /** Whether the server has said when to come again, and this has not been heeded yet. */
  get isRefused(): boolean {
    return this.refusedForMs > 0;
  }

  /** Notes when the server wants the page back; returns the wait, not the same for all pages. */
  refuse(seconds: number): number {
    this.refusedForMs = 1000 * seconds * (1 + Math.random() / 2);
    return this.refusedForMs;
  }

  /** Connects after a while, which is longer after each failure. */
  later(): void {
    const delay = Math.max(backoff(this.attempt), this.refusedForMs);
    this.attempt += 1;
    this.refusedForMs = 0;
    this.cancel();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.connect();
    }, delay);
  }

  /** Connects at once if it waits to, and begins with short waits again. */
  now(): void {
    if (this.isWaiting) {
      this.cancel();
      this.attempt = 0;
      this.connect();
    }
  }

  /** A connection has been made. */
  succeeded(): void {
    this.attempt = 0;
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
