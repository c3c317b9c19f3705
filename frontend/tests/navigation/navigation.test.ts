// @vitest-environment happy-dom
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Config, addressOf, socketUrl } from '../../src/config';
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

// It listens to the document, so that there is one for all tests.
beforeAll(() => {
  document.body.innerHTML = '<main></main>';
  const send = (message: PageMessage, onAcknowledged: () => void) => {
    sent.push(message);
    waiting.push(onAcknowledged);
  };
  navigation = new Navigation(config, send, document.querySelector('main')!, {
    moved: (place) => moved.push(place),
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

/** Clicks on a link with some attributes; says whether the server was told. */
function click(attributes: string, options: MouseEventInit = {}): boolean {
  const before = sent.length;
  document.querySelector('main')!.innerHTML = `<a ${attributes}><b>there</b></a>`;
  // A MouseEvent would have happy-dom follow the link before the page hears of it.
  const event = new Event('click', { bubbles: true, cancelable: true, composed: true });
  Object.assign(event, { button: 0 }, options);
  document.querySelector('b')!.dispatchEvent(event);
  return sent.length > before;
}

describe('addressOf', () => {
  it.each([
    [`${ORIGIN}/pre`, '/'],
    [`${ORIGIN}/pre/`, '/'],
    [`${ORIGIN}/pre/b%20c?x=1#top`, '/b%20c?x=1#top'],
    [`${ORIGIN}/pre//elsewhere.example`, '//elsewhere.example'],
    [`${ORIGIN}/prefix`, undefined],
    [`${ORIGIN}/`, undefined],
    ['http://elsewhere.example/pre/b', undefined],
    [`${ORIGIN}/pre/_sundog/x`, undefined],
    [`${ORIGIN}/pre/static/public/report.pdf`, undefined],
    [`${ORIGIN}/pre/${'x'.repeat(4096)}`, undefined],
  ])('of %s', (url, place) => {
    expect(addressOf('/pre', ORIGIN, new URL(url))).toBe(place);
  });

  it('is told to the server as far as it fits', () => {
    const told = (url: string) => {
      const parts = new URL(url) as unknown as Location;
      return new URL(socketUrl(config, parts, 7)).searchParams.get('at');
    };
    expect(told(`${ORIGIN}/pre/a?x=ü#top`)).toBe('/a?x=%C3%BC#top');
    expect(told(`${ORIGIN}/pre/a?x=1#${'%'.repeat(3000)}`)).toBe('/a?x=1');
    expect(told(`${ORIGIN}/pre/a?${'x'.repeat(5000)}`)).toBe('/a');
  });
});

describe('a link', () => {
  it('into the app is followed without a load', () => {
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

  it('to where the page is tells nothing', () => {
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

  it('moves it where a widget has not yet done so', () => {
    const length = history.length;
    navigation.follow('/b', 'settle');
    expect([location.pathname, history.length]).toEqual(['/pre/b', length + 1]);
    history.pushState(null, '', '/pre/c#part');
    navigation.follow('/c', 'settle');
    expect([location.hash, history.length]).toEqual(['#part', length + 2]);
    expect(moved).toEqual(['/b', '/c#part']);
    // That is where it knows to be.
    window.dispatchEvent(new Event('popstate'));
    expect(sent).toEqual([]);
  });

  it('scrolls it to the top where a widget has led to another page, not to another query', () => {
    const scrolled = vi.spyOn(window, 'scrollTo').mockImplementation(() => undefined);
    navigation.follow('/a?x=1', 'settle');
    expect(scrolled).not.toHaveBeenCalled();
    navigation.follow('/b', 'settle');
    expect(scrolled).toHaveBeenCalledWith(0, 0);
    scrolled.mockRestore();
  });

  it('cannot move it to another origin by a path', () => {
    navigation.follow('//elsewhere.example/b', 'push');
    expect(location.origin).toBe(ORIGIN);
  });

  it('does not take the page back from where the user has gone meanwhile', () => {
    click('href="/pre/b"');
    click('href="/pre/c"');
    navigation.follow('/b', 'replace');
    acknowledge();
    expect(location.pathname).toBe('/pre/c');
    navigation.follow('/c', 'replace');
    acknowledge();
    expect(location.pathname).toBe('/pre/c');
  });

  it('has the last word once it has heard of all', () => {
    click('href="/pre/b"');
    navigation.follow('/b', 'replace');
    navigation.follow('/login', 'replace');
    expect(location.pathname).toBe('/pre/b');
    acknowledge();
    expect(location.pathname).toBe('/pre/login');
  });

  it('that is new is told what its address did not', () => {
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

  it('has the page loaded', () => {
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
