/** While developing: errors of scripts, such as those of widgets, in the page and the terminal. */
import type { ErrorReport } from './protocol';

const MAX_REPORTS = 20;
const MAX_TEXT = 8000;
/** Browsers say it of layouts that settle in the next frame. */
const HARMLESS = /^ResizeObserver loop/;

export class ScriptErrors {
  private count = 0;
  private last = '';

  constructor(
    private readonly show: (report: ErrorReport) => void,
    private readonly tell: (title: string, text: string) => void,
  ) {}

  /** Follows what nobody catches. */
  watch(target: Window): void {
    target.addEventListener('error', (event) => {
      // A file that was not loaded has no error.
      if (event.message) {
        this.report('Error in JavaScript', event.error ?? event.message);
      }
    });
    target.addEventListener('unhandledrejection', (event) => {
      this.report('Rejected promise in JavaScript', event.reason);
    });
  }

  report(title: string, error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (HARMLESS.test(text) || text === this.last || this.count >= MAX_REPORTS) {
      return;
    }
    this.count += 1;
    this.last = text;
    const traceback = error instanceof Error ? (error.stack ?? '').slice(0, MAX_TEXT) : '';
    this.show({ id: 'browser', title, text, traceback });
    this.tell(title, traceback.includes(text) ? traceback : `${text}\n${traceback}`.slice(0, MAX_TEXT));
  }
}
