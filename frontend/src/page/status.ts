/** Shows what the page is waiting for: the app's start, the connection, or a restart. */

/** A short connection loss or reload is not worth a message. */
const SHOW_AFTER_MS = 400;

export class Status {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private timerIsForReload = false;
  /** The kind of message that is shown; the server has written the first one. */
  private shown = 'loading';

  constructor(
    private readonly element: HTMLElement,
    private readonly root: HTMLElement,
  ) {}

  /** The app is starting. */
  loading(text = 'Loading…'): void {
    this.root.setAttribute('aria-busy', 'true');
    if (this.timerIsForReload) {
      // The new code has run: its progress is no longer of interest.
      this.stopTimer();
    }
    this.show('loading', text);
  }

  /** Shows how far the start of the app is. */
  progress(text: string): void {
    if (text !== '' && this.shown === 'loading') {
      this.show('loading', text);
    }
  }

  /** Shows how far the run of changed code is, while the page keeps working; empty when it ends. */
  reloading(text: string): void {
    if (text === '') {
      if (this.timerIsForReload) {
        this.stopTimer();
      }
      if (this.shown === 'reloading') {
        this.hide();
      }
    } else if (this.shown === 'loading') {
      this.show('loading', text);
    } else if (this.shown === 'reloading') {
      this.show('reloading', text);
    } else {
      this.startTimer(() => this.show('reloading', text), true);
    }
  }

  /** The first content is visible. */
  visible(): void {
    if (this.shown === 'loading') {
      this.hide();
    }
  }

  /** The app's first run has ended. */
  ready(): void {
    this.root.removeAttribute('aria-busy');
    this.visible();
  }

  connected(): void {
    this.stopTimer();
    if (this.shown === 'reconnecting') {
      this.hide();
    }
  }

  reconnecting(text: string, onRetry: () => void): void {
    const show = () => {
      this.show('reconnecting', text, { label: 'Reconnect now', action: onRetry });
    };
    if (this.shown === 'reconnecting') {
      show();
    } else {
      if (this.timerIsForReload) {
        this.stopTimer();
      }
      this.startTimer(show, false);
    }
  }

  ended(onRestart: () => void): void {
    this.stopTimer();
    this.root.removeAttribute('aria-busy');
    this.root.classList.add('sundog-ended');
    this.show('ended', 'This session has ended.', {
      label: 'Restart app',
      action: onRestart,
    });
  }

  private startTimer(show: () => void, forReload: boolean): void {
    if (this.timer === undefined) {
      this.timerIsForReload = forReload;
      this.timer = setTimeout(() => {
        this.stopTimer();
        show();
      }, SHOW_AFTER_MS);
    }
  }

  private stopTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.timerIsForReload = false;
  }

  private show(kind: string, text: string, button?: { label: string; action: () => void }): void {
    const message = document.createElement('div');
    message.className = `sundog-${kind}`;
    message.textContent = text;
    if (this.shown === kind && this.element.firstElementChild?.textContent === text) {
      return;
    }
    this.shown = kind;
    this.element.dataset['state'] = kind;
    const focused = this.element.contains(document.activeElement);
    this.element.replaceChildren(message);
    if (button !== undefined) {
      const element = document.createElement('button');
      element.type = 'button';
      element.textContent = button.label;
      element.addEventListener('click', button.action);
      this.element.append(element);
      if (focused) {
        element.focus();
      }
    }
  }

  private hide(): void {
    this.shown = '';
    delete this.element.dataset['state'];
    this.element.replaceChildren();
  }
}
