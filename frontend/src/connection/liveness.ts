/** Finds out whether a connection that says nothing leads anywhere. */

/** A network that has gone without a word is found after both of these, so within 40 s. */
export const PING_EVERY_MS = 20_000;
export const ANSWER_WITHIN_MS = 15_000;
/** A page that was asleep must get to read what has come meanwhile. */
const READ_WITHIN_MS = 500;

export class Liveness {
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `ask` asks if it can, and says whether it did; `dead` is called where no answer has come. */
  constructor(
    private readonly ping: () => boolean,
    private readonly onDead: () => void,
  ) {}

  /** Asks now and then from here on. */
  start(): void {
    setInterval(() => this.check(), PING_EVERY_MS);
  }

  /** Asks at once, unless an answer is waited for. */
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

  /** Whatever arrives proves that somebody is there. */
  received(): void {
    if (this.timer !== undefined) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
  }
}
