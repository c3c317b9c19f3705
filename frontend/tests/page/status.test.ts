// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ErrorPanel } from '../../src/page/error-panel';
import { Status } from '../../src/page/status';

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML =
    '<div id="status"><div class="sundog-loading">Loading…</div></div><main aria-busy="true"></main>';
});

afterEach(() => {
  vi.useRealTimers();
});

function setUpStatus() {
  const element = document.getElementById('status')!;
  const root = document.querySelector('main')!;
  return { element, root, status: new Status(element, root) };
}

describe('Status', () => {
  it('ends the first word when something is shown, and the wait when all is', () => {
    const { element, root, status } = setUpStatus();
    status.visible();
    expect(element.textContent).toBe('');
    expect(root.getAttribute('aria-busy')).toBe('true');
    status.ready();
    expect(root.hasAttribute('aria-busy')).toBe(false);
  });

  it('says nothing of a short loss', () => {
    const { element, status } = setUpStatus();
    status.ready();
    status.reconnecting('Reconnecting…', () => undefined);
    vi.advanceTimersByTime(200);
    status.connected();
    vi.advanceTimersByTime(5000);
    expect(element.textContent).toBe('');
  });

  it('says nothing of a reload that is over, also when nobody says that it is', () => {
    const { element, status } = setUpStatus();
    status.ready();
    status.reloading('Importing pandas…');
    status.loading();
    status.ready();
    vi.advanceTimersByTime(5000);
    expect(element.textContent).toBe('');
  });

  it('says that the connection is lost, also when a reload ends meanwhile', () => {
    const { element, status } = setUpStatus();
    status.ready();
    status.reloading('Reloading app.py…');
    status.reconnecting('Reconnecting…', () => undefined);
    status.reloading('');
    vi.advanceTimersByTime(500);
    expect(element.textContent).toContain('Reconnecting…');
  });

  it('offers to try at once', () => {
    const { element, status } = setUpStatus();
    const retry = vi.fn();
    status.reconnecting('Reconnecting…', retry);
    vi.advanceTimersByTime(500);
    element.querySelector('button')!.click();
    expect(retry).toHaveBeenCalledOnce();
    status.connected();
    expect(element.textContent).toBe('');
  });

  it('does not write the same again, which a screen reader would read again', () => {
    const { element, status } = setUpStatus();
    status.reconnecting('Reconnecting…', () => undefined);
    vi.advanceTimersByTime(500);
    const shown = element.firstElementChild;
    status.reconnecting('Reconnecting…', () => undefined);
    vi.advanceTimersByTime(500);
    expect(element.firstElementChild).toBe(shown);
  });

  it('stays with the end', () => {
    const { element, status } = setUpStatus();
    status.reconnecting('Reconnecting…', () => undefined);
    const restartApp = vi.fn();
    status.ended(restartApp);
    vi.advanceTimersByTime(500);
    const button = element.querySelector('button')!;
    expect(button.textContent).toBe('Restart app');
    button.click();
    expect(restartApp).toHaveBeenCalledOnce();
  });
});

describe('ErrorPanel', () => {
  const panel = () => document.getElementById('sundog-errors')!;

  it('shows all of an error in development', () => {
    new ErrorPanel(document.body).show({
      id: 'abc',
      title: 'ValueError in a callback',
      text: '<b>bad</b>',
      traceback: '\x1b[31mTraceback\x1b[0m …',
    });
    expect(panel().querySelector('h2')!.textContent).toBe('ValueError in a callback');
    expect(panel().querySelector('p')!.textContent).toBe('<b>bad</b>');
    expect(panel().querySelector('pre')!.textContent).toBe('Traceback …');
  });

  it('shows the id in production', () => {
    new ErrorPanel(document.body).show({ id: 'abc', title: 'Something went wrong' });
    expect(panel().querySelector('code')!.textContent).toBe('abc');
    expect(panel().querySelector('pre')).toBeNull();
  });

  it('gives the focus back when the last error is dismissed', () => {
    const button = document.createElement('button');
    document.body.prepend(button);
    const errors = new ErrorPanel(document.body);
    errors.show({ id: '1', title: 'one' });
    errors.show({ id: '2', title: 'two' });
    button.focus();
    const dismiss = () => panel().querySelector('button')!;
    const from = document.activeElement;
    dismiss().dispatchEvent(new FocusEvent('focusin', { bubbles: true, relatedTarget: from }));
    dismiss().focus();
    dismiss().click();
    expect(document.activeElement).toBe(dismiss());
    dismiss().click();
    expect(panel().hidden).toBe(true);
    expect(document.activeElement).toBe(button);
  });

  it('keeps the newest', () => {
    const errors = new ErrorPanel(document.body);
    for (let i = 0; i < 30; i += 1) {
      errors.show({ id: String(i), title: `error ${i}` });
    }
    const titles = [...panel().querySelectorAll('h2')].map((heading) => heading.textContent);
    expect([titles.length, titles.at(-1)]).toEqual([20, 'error 29']);
  });
});
