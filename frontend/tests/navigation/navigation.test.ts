// @vitest-environment happy-dom
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Config } from '../../src/config';
import { Navigation } from '../../src/navigation';
import type { PageMessage } from '../../src/protocol';

const ORIGIN = 'http://app.example';

const config: Config = {
  kernel: 'k',
  page: 'p',
  root: '/pre',
  mode: 'production',
  theme: 'auto',
  expired: 'ask',
  extensions: '',
};

const browser = (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM;

let sent: PageMessage[] = [];

let waiting: (() => void)[] = [];

const acknowledge = () => waiting.shift()!();

let navigation: Navigation;

let moved: string[] = [];

let isWaiting = false;

// All tests share one instance, because it listens to the document.
beforeAll(() => {
  document.body.innerHTML = '<main></main>';
  const send = (message: PageMessage, onAcknowledged: () => void) => {
    sent.push(message);
    waiting.push(onAcknowledged);
  };
  navigation = new Navigation(config, send, document.querySelector('main')!, {
    moved: (address) => moved.push(address),
    waiting: () => (isWaiting = true),
    arrived: () => (isWaiting = false),
  });
  navigation.start();
});

beforeEach(() => {
  browser.setURL(`${ORIGIN}/pre/a`);
  navigation.opening();
  navigation.reset();
  sent = [];
  moved = [];
  waiting = [];
});

/** Clicks on a link with some attributes; returns whether a message was sent. */
function click(attributes: string, options: MouseEventInit = {}): boolean {
  const before = sent.length;
  document.querySelector('main')!.innerHTML = `<a ${attributes}><b>there</b></a>`;
  // happy-dom follows the link of a MouseEvent before the page handles it.
  const event = new Event('click', { bubbles: true, cancelable: true, composed: true });
  Object.assign(event, { button: 0 }, options);
  document.querySelector('b')!.dispatchEvent(event);
  return sent.length > before;
}

describe('a link', () => {
  it('into the app is followed without loading a page', () => {
    expect(click('href="/pre/b?x=1"')).toBe(true);
    expect(sent).toEqual([['location', '/b?x=1']]);
    expect(location.href).toBe(`${ORIGIN}/pre/b?x=1`);
    expect([moved, isWaiting]).toEqual([['/b?x=1'], true]);
    acknowledge();
    expect(isWaiting).toBe(false);
  });

  it.each([
    ['href="http://elsewhere.example/"'],
    ['href="/other"'],
    ['href="/pre/static/public/a.pdf"'],
    ['href="/pre/b" target="_blank"'],
    ['href="/pre/b" download'],
    ['href="/pre/b" rel="nofollow external"'],
    ['href="#part"'],
    ['href=""'],
    ['href="javascript:void 0"'],
    ['name="x"'],
  ])('with %s is left to the browser', (attributes) => {
    expect(click(attributes)).toBe(false);
  });

  it.each([{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { altKey: true }, { button: 1 }])(
    'clicked with %o is left to the browser',
    (options) => {
      expect(click('href="/pre/b"', options)).toBe(false);
    },
  );

  it('to the current page sends nothing', () => {
    expect(click('href="/pre/a"')).toBe(false);
  });
});

describe('the kernel', () => {
  it('moves the page', () => {
    const length = history.length;
    navigation.follow('/b', 'push');
    expect(location.pathname).toBe('/pre/b');
    navigation.follow('/c', 'replace');
    expect(location.pathname).toBe('/pre/c');
    expect(history.length).toBe(length + 1);
    expect(sent).toEqual([]);
  });

  it('moves the page if a widget has not done so already', () => {
    const length = history.length;
    navigation.follow('/b', 'settle');
    expect([location.pathname, history.length]).toEqual(['/pre/b', length + 1]);
    history.pushState(null, '', '/pre/c#part');
    navigation.follow('/c', 'settle');
    expect([location.hash, history.length]).toEqual(['#part', length + 2]);
    expect(moved).toEqual(['/b', '/c#part']);
    // The kernel already knows that address.
    window.dispatchEvent(new Event('popstate'));
    expect(sent).toEqual([]);
  });

  it('scrolls to the top if a widget has moved to another path, not to another query', () => {
    const scrolled = vi.spyOn(window, 'scrollTo').mockImplementation(() => undefined);
    navigation.follow('/a?x=1', 'settle');
    expect(scrolled).not.toHaveBeenCalled();
    navigation.follow('/b', 'settle');
    expect(scrolled).toHaveBeenCalledWith(0, 0);
    scrolled.mockRestore();
  });

  it('cannot move the page to another origin by a path', () => {
    navigation.follow('//elsewhere.example/b', 'push');
    expect(location.origin).toBe(ORIGIN);
  });

  it('does not move the page back from where the user has gone meanwhile', () => {
    click('href="/pre/b"');
    click('href="/pre/c"');
    navigation.follow('/b', 'replace');
    acknowledge();
    expect(location.pathname).toBe('/pre/c');
    navigation.follow('/c', 'replace');
    acknowledge();
    expect(location.pathname).toBe('/pre/c');
  });

  it('moves the page once it has handled all moves of the user', () => {
    click('href="/pre/b"');
    navigation.follow('/b', 'replace');
    navigation.follow('/login', 'replace');
    expect(location.pathname).toBe('/pre/b');
    acknowledge();
    expect(location.pathname).toBe('/pre/login');
  });

  it('that is new gets the address if the socket did not have it', () => {
    navigation.opening();
    navigation.reset();
    expect(sent).toEqual([]);
    click('href="/pre/b"');
    navigation.reset();
    expect(sent).toEqual([
      ['location', '/b'],
      ['location', '/b'],
    ]);
  });

  it('can load another page', () => {
    const assign = vi.spyOn(location, 'assign').mockImplementation(() => undefined);
    const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined);
    navigation.follow('https://elsewhere.example/', 'load');
    expect(String(assign.mock.calls[0]![0])).toBe('https://elsewhere.example/');
    click('href="/pre/b"');
    navigation.follow('/b', 'load');
    expect(reload).not.toHaveBeenCalled();
    acknowledge();
    expect(reload).toHaveBeenCalledOnce();
  });
});
