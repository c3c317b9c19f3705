/** Finds out whether a silent connection still works. */

/** A silent failure of the network is noticed after both of these, so within 40 s. */
export const PING_EVERY_MS = 20_000;
export const ANSWER_WITHIN_MS = 15_000;
/** After the computer was asleep, the page first has to read what has arrived. */
const READ_WITHIN_MS = 500;

export class Liveness {
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `ping` sends a ping and returns whether it could; `onDead` is called if nothing comes back. */
  constructor(
    private readonly ping: () => boolean,
    private readonly onDead: () => void,
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
    this.timer = setTimeout(() => {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.onDead();
      }, READ_WITHIN_MS);
    }, ANSWER_WITHIN_MS);
  }

  /** Something has arrived, so the connection works. */
  received(): void {
    if (this.timer !== undefined) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
  }
}
