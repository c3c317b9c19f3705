/** Decides when to reconnect. */
import { backoff } from './backoff';

export class Schedule {
  private attempt = 0;
  private refusedForMs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly connect: () => void) {}

  get isWaiting(): boolean {
    return this.timer !== undefined;
  }

  /** Whether the server has said when to reconnect, and `later` was not called since. */
  get isRefused(): boolean {
    return this.refusedForMs > 0;
  }

  /** Takes the delay that the server asks for; returns the delay, which differs between pages. */
  refuse(seconds: number): number {
    this.refusedForMs = 1000 * seconds * (1 + Math.random() / 2);
    return this.refusedForMs;
  }

  /** Connects after a delay, which is longer after each failure. */
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

  /** Connects at once if it is waiting to, and starts again with short delays. */
  now(): void {
    if (this.isWaiting) {
      this.cancel();
      this.attempt = 0;
      this.connect();
    }
  }

  /** The connection is open. */
  succeeded(): void {
    this.attempt = 0;
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
