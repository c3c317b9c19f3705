/** Reports errors in scripts, such as those of widgets, in the page and in the terminal. */
import type { ErrorReport } from '../protocol';

const MAX_REPORTS = 20;
const MAX_TEXT = 8000;
const MAX_WAIT_MS = 2000;
/** Browsers report this for layouts that are complete only in the next frame. */
const HARMLESS = /^ResizeObserver loop/;

export class ScriptErrors {
  private count = 0;
  private last = '';
  private reported = Promise.resolve();

  /** `original` translates the positions in a stack to those in the original files. */
  constructor(
    private readonly show: (report: ErrorReport) => void,
    private readonly send: (title: string, text: string) => void,
    private readonly original: (stack: string) => Promise<string>,
  ) {}

  /** Reports errors that are not caught. */
  watch(target: Window): void {
    target.addEventListener('error', (event) => {
      // Events without a message are about files that failed to load.
      if (event.message) {
        this.report('Error in JavaScript', event.error ?? event.message);
      }
    });
    target.addEventListener('unhandledrejection', (event) => {
      this.report('Unhandled promise rejection in JavaScript', event.reason);
    });
  }

  report(title: string, error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (HARMLESS.test(text) || text === this.last || this.count >= MAX_REPORTS) {
      return;
    }
    this.count += 1;
    this.last = text;
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    const places = stack === '' ? Promise.resolve('') : this.withinTime(stack);
    // In the order of the errors, however long the positions take to be found.
    this.reported = Promise.all([places, this.reported]).then(([found]) => {
      const traceback = found.slice(0, MAX_TEXT);
      this.show({ id: '', title, text, traceback });
      const whole = traceback.includes(text) ? traceback : `${text}\n${traceback}`;
      this.send(title, whole.slice(0, MAX_TEXT));
    });
  }

  private async withinTime(stack: string): Promise<string> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(stack), MAX_WAIT_MS);
    });
    try {
      return await Promise.race([this.original(stack), late]);
    } catch {
      return stack;
    } finally {
      clearTimeout(timer);
    }
  }
}
