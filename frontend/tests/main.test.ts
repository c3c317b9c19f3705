// @vitest-environment happy-dom
/** Runs the whole page; the test is the other end of its socket. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Config } from '../src/config';
import type { ServerMessage } from '../src/protocol';
import { FakeSocket } from './connection/fake-socket';

const browser = (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM;

async function start(change: Partial<Config> = {}): Promise<FakeSocket> {
  const config: Config = {
    kernel: 'k',
    page: 'p',
    root: '/pre',
    mode: 'production',
    theme: 'dark',
    expired: 'ask',
    extensions: '',
    ...change,
  };
  document.body.innerHTML = `
    <script id="sundog-config" type="application/json">${JSON.stringify(config)}</script>
    <div id="sundog-status"></div><main id="sundog-root" aria-busy="true"></main>`;
  const socket = new FakeSocket(0);
  vi.stubGlobal('sundogEarly', { socket, frames: [] });
  await import('../src/main');
  socket.welcome();
  return socket;
}

const stream = (text: string): ServerMessage => [
  'output',
  '',
  { output_type: 'stream', name: 'stdout', text },
];

const root = () => document.getElementById('sundog-root')!;
const status = () => document.getElementById('sundog-status')!;

beforeEach(() => {
  vi.resetModules();
  browser.setURL('http://app.example/pre/');
  vi.stubGlobal('requestIdleCallback', () => 0);
  sessionStorage.clear();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it('shows the first output, the title and the theme', async () => {
  const socket = await start();
  expect(document.documentElement.dataset['theme']).toBe('dark');
  socket.batch(0, 1, stream('hello'), ['title', 'My app'], ['ready']);
  await vi.waitFor(() => expect(root().textContent).toBe('hello'));
  expect(document.title).toBe('My app');
  expect(root().hasAttribute('aria-busy')).toBe(false);
});

it('keeps what it shows when the session ends, and offers a restart', async () => {
  const socket = await start();
  socket.batch(0, 1, stream('hello'), ['ready']);
  await vi.waitFor(() => expect(root().textContent).toBe('hello'));
  socket.drop(4001);
  expect(status().textContent).toBe('This session has ended.Restart app');
  expect(root().textContent).toBe('hello');
});

it('reports a move to the kernel, and follows the kernel to another page', async () => {
  const socket = await start();
  socket.batch(0, 1, ['location', '/b', 'push'], ['ready']);
  expect(location.pathname).toBe('/pre/b');
  history.pushState(null, '', '/pre/c');
  window.dispatchEvent(new PopStateEvent('popstate'));
  await vi.waitFor(() => expect(socket.batches.at(-1)?.[2]).toEqual([['location', '/c']]));
});

it('shows an error of the app', async () => {
  const socket = await start();
  socket.batch(0, 1, ['error', { id: 'e1', title: 'ZeroDivisionError' }]);
  expect(document.getElementById('sundog-errors')!.textContent).toContain('ZeroDivisionError');
});

it('shows only its widget in the window of a single widget', async () => {
  const socket = await start({ widget: 'missing' });
  socket.batch(0, 1, stream('of the app'), ['location', '/b', 'push'], ['ready']);
  await vi.waitFor(() => expect(root().textContent).toBe('The widget of this window no longer exists.'));
  expect(location.pathname).toBe('/pre/');
});

it('says what is missing if the page has no configuration', async () => {
  document.body.innerHTML = '';
  await expect(import('../src/main')).rejects.toThrow('The page has no configuration.');
});

it('proves its session by its token, on each socket and in its beacon', async () => {
  const sockets: (FakeSocket & { url: string })[] = [];
  class Opened extends FakeSocket {
    constructor(readonly url: string) {
      super(0);
      sockets.push(this);
    }
  }
  vi.stubGlobal('WebSocket', Opened);
  const sendBeacon = vi.fn();
  vi.stubGlobal('navigator', { sendBeacon });
  vi.useFakeTimers();
  try {
    const first = await start({ token: 'secret' });
    first.drop();
    await vi.advanceTimersByTimeAsync(2000);
    const [again] = sockets;
    expect(again?.url).toContain('&token=1');
    expect(again?.url).not.toContain('secret');
    again!.readyState = 1;
    again?.onopen?.(new Event('open'));
    expect(again?.sent).toEqual(['{"type":"token","token":"secret"}']);
    window.dispatchEvent(new Event('pagehide'));
    expect(sendBeacon).toHaveBeenCalledWith('/pre/_sundog/kernel/k/close?page=p', 'secret');
  } finally {
    vi.useRealTimers();
  }
});
