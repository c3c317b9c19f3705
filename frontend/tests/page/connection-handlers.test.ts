// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PageChannel } from '../../src/page/channel';
import { ConnectionHandlers, type PageParts } from '../../src/page/connection-handlers';
import { ErrorPanel } from '../../src/page/error-panel';
import { MessageRouter } from '../../src/page/message-router';
import { Status } from '../../src/page/status';

function setUp() {
  document.body.innerHTML = '<div id="status"></div><main aria-busy="true"></main>';
  const root = document.querySelector('main')!;
  const status = new Status(document.getElementById('status')!, root);
  const steps: string[] = [];
  const step = (name: string) => () => void steps.push(name);
  const targets = { onReady: step('ready') } as unknown as ConstructorParameters<typeof MessageRouter>[0];
  const parts: PageParts = {
    status,
    connection: { wake: step('wake') },
    channel: new PageChannel({ send: () => '' }, { sent: () => undefined, received: step('received') }),
    router: new MessageRouter(targets),
    manager: { beginSync: step('models begin'), endSync: step('models end'), reset: step('models reset') },
    area: { beginSync: step('area begins'), endSync: step('area ends'), reset: step('area reset') },
    navigation: { opening: step('opening'), reset: step('navigation reset') },
    entered: { clear: step('values cleared') },
    errors: new ErrorPanel(document.body),
    restart: { ended: (known) => void steps.push(`ended ${known}`) },
    server: { connected: true },
    onReady: step('ready'),
  };
  const text = (id: string) => document.getElementById(id)!.textContent;
  return { handlers: new ConnectionHandlers(parts, undefined), root, parts, steps, text };
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe('messages', () => {
  it('are logged before they are passed on', () => {
    const { handlers, steps } = setUp();
    handlers.message(['ready'], []);
    expect(steps).toEqual(['received', 'ready']);
  });

  it('of a full state are followed by what comes after the first run', () => {
    const { handlers, steps } = setUp();
    handlers.beginSync();
    handlers.endSync();
    expect(steps).toEqual(['models begin', 'area begins', 'models end', 'area ends', 'ready']);
  });

  it('of a new kernel replace everything', () => {
    const { handlers, root, parts, steps, text } = setUp();
    parts.errors.show({ id: '', title: 'old error' });
    handlers.reset();
    expect(steps).toEqual(['models reset', 'area reset', 'navigation reset', 'values cleared']);
    expect(text('sundog-errors')).toBe('');
    expect(root.getAttribute('aria-busy')).toBe('true');
  });
});

describe('the state of the connection', () => {
  it('is shown when it is lost, with a button that reconnects', () => {
    const { handlers, parts, steps, text } = setUp();
    handlers.state({ name: 'reconnecting' });
    vi.advanceTimersByTime(1000);
    expect(parts.server.connected).toBe(false);
    expect(text('status')).toBe('Connection lost. Reconnecting…Reconnect now');
    document.querySelector<HTMLElement>('#status button')!.click();
    expect(steps).toEqual(['wake']);
    handlers.state({ name: 'open' });
    expect(parts.server.connected).toBe(true);
    expect(text('status')).toBe('');
  });

  it('names the reason of the server', () => {
    const { handlers, text } = setUp();
    handlers.state({ name: 'reconnecting', reason: 'The server is full.' });
    vi.advanceTimersByTime(1000);
    expect(text('status')).toContain('The server is full.');
  });

  it('ends a page that is being closed without a message', () => {
    const { handlers, text } = setUp();
    handlers.state({ name: 'reconnecting' });
    handlers.state({ name: 'left' });
    vi.advanceTimersByTime(1000);
    expect(text('status')).not.toContain('Connection lost');
  });

  it('restarts the app when its kernel has ended', () => {
    const { handlers, steps } = setUp();
    handlers.state({ name: 'ended', known: true });
    expect(steps).toEqual(['ended true']);
  });

  it('says what the server has refused', () => {
    const { handlers, text } = setUp();
    handlers.dropped('It is larger than the server accepts.');
    expect(text('sundog-errors')).toContain('It is larger than the server accepts.');
  });
});

it('shows the progress of a reload', () => {
  const { handlers, parts, text } = setUp();
  parts.status.ready();
  handlers.status('reloading', 'Running the app…');
  vi.advanceTimersByTime(1000);
  expect(text('status')).toBe('Running the app…');
  handlers.status('reloading', '');
  expect(text('status')).toBe('');
});
