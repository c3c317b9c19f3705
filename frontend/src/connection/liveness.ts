/** Finds out whether a silent connection still works. */

/** A silent failure of the network is noticed after both of these, so within 40 s. */
export const PING_EVERY_MS = 20_000;
export const ANSWER_WITHIN_MS = 15_000;
/** After the computer was asleep, the page first has to read what has arrived. */
const READ_WITHIN_MS = 500;

export class Liveness {
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** How many bytes waited to be sent when that was last looked at. */
  private buffered = 0;

  /**
   * `ping` sends a ping and returns whether it could; `onDead` is called if nothing comes back, and
   * `getBuffered`, which says how many bytes wait to be sent, shows that nothing leaves either.
   */
  constructor(
    private readonly ping: () => boolean,
    private readonly onDead: () => void,
    private readonly getBuffered: () => number = () => 0,
  ) {}

  /** Checks the connection regularly from now on. */
  start(): void {
    setInterval(() => this.check(), PING_EVERY_MS);
  }

  /** Checks the connection now, unless it is being checked already. */
  check(): void {
    if (this.timer !== undefined || !this.ping()) {
      return;
    }
    this.buffered = this.getBuffered();
    this.wait();
  }

  private wait(): void {
    this.timer = setTimeout(() => {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        if (this.isDraining()) {
          this.wait();
        } else {
          this.onDead();
        }
      }, READ_WITHIN_MS);
    }, ANSWER_WITHIN_MS);
  }

  /** Whether the ping, or its answer, may wait behind data that is leaving. */
  private isDraining(): boolean {
    const before = this.buffered;
    this.buffered = this.getBuffered();
    return this.buffered > 0 && this.buffered < before;
  }

  /** Something has arrived, so the connection works. */
  received(): void {
    if (this.timer !== undefined) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
  }
}
