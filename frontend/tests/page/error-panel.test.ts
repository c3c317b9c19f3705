// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ErrorPanel } from '../../src/page/error-panel';

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML =
    '<div id="status"><div class="sundog-loading">Loading…</div></div><main aria-busy="true"></main>';
});

afterEach(() => {
  vi.useRealTimers();
});

describe('ErrorPanel', () => {
  const panel = () => document.getElementById('sundog-errors')!;

  it('shows all details of an error in development', () => {
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

  it('returns the focus when the last error is dismissed', () => {
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

  it('keeps the newest errors', () => {
    const errors = new ErrorPanel(document.body);
    for (let i = 0; i < 30; i += 1) {
      errors.show({ id: String(i), title: `error ${i}` });
    }
    const titles = [...panel().querySelectorAll('h2')].map((heading) => heading.textContent);
    expect([titles.length, titles.at(-1)]).toEqual([20, 'error 29']);
  });
});
