// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
  it('hides the first message when something is shown, and ends the busy state after the first run', () => {
    const { element, root, status } = setUpStatus();
    status.visible();
    expect(element.textContent).toBe('');
    expect(root.getAttribute('aria-busy')).toBe('true');
    status.ready();
    expect(root.hasAttribute('aria-busy')).toBe(false);
  });

  it('does not show a short connection loss', () => {
    const { element, status } = setUpStatus();
    status.ready();
    status.reconnecting('Reconnecting…', () => undefined);
    vi.advanceTimersByTime(200);
    status.connected();
    vi.advanceTimersByTime(5000);
    expect(element.textContent).toBe('');
  });

  it('does not show a reload that has ended, even without a message that it has', () => {
    const { element, status } = setUpStatus();
    status.ready();
    status.reloading('Importing pandas…');
    status.loading();
    status.ready();
    vi.advanceTimersByTime(5000);
    expect(element.textContent).toBe('');
  });

  it('shows that the connection is lost, even if a reload ends meanwhile', () => {
    const { element, status } = setUpStatus();
    status.ready();
    status.reloading('Reloading app.py…');
    status.reconnecting('Reconnecting…', () => undefined);
    status.reloading('');
    vi.advanceTimersByTime(500);
    expect(element.textContent).toContain('Reconnecting…');
  });

  it('offers to reconnect at once', () => {
    const { element, status } = setUpStatus();
    const retry = vi.fn();
    status.reconnecting('Reconnecting…', retry);
    vi.advanceTimersByTime(500);
    element.querySelector('button')!.click();
    expect(retry).toHaveBeenCalledOnce();
    status.connected();
    expect(element.textContent).toBe('');
  });

  it('does not repeat a text, which a screen reader would read again', () => {
    const { element, status } = setUpStatus();
    status.reconnecting('Reconnecting…', () => undefined);
    vi.advanceTimersByTime(500);
    const shown = element.firstElementChild;
    status.reconnecting('Reconnecting…', () => undefined);
    vi.advanceTimersByTime(500);
    expect(element.firstElementChild).toBe(shown);
  });

  it('keeps showing that the session has ended', () => {
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
