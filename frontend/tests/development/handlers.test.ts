// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from 'vitest';
import { ReloadHandlers } from '../../src/development/handlers';
import { ErrorPanel, PageChannel } from '../../src/page';

const { happyDOM } = window as unknown as {
  happyDOM: { settings: { handleDisabledFileLoadingAsSuccess: boolean } };
};

function setUp() {
  document.head.innerHTML = '<link rel="stylesheet" href="/static/own.css">';
  document.body.innerHTML = '<main aria-busy="true"></main>';
  const root = document.querySelector('main')!;
  const steps: string[] = [];
  const step = (name: string) => () => void steps.push(name);
  const parts = {
    document,
    root,
    channel: new PageChannel({ send: () => '' }, { sent: () => undefined, received: () => undefined }),
    menu: { replace: (links: object[]) => void steps.push(`menu of ${links.length}`) },
    status: { visible: step('visible') },
    errors: new ErrorPanel(document.body),
    faults: new ErrorPanel(document.body, undefined, { id: 'faults', label: 'Faults' }),
    restart: { restart: step('restart') },
  };
  return { handlers: new ReloadHandlers(parts), root, parts, steps };
}

beforeEach(() => {
  happyDOM.settings.handleDisabledFileLoadingAsSuccess = true;
});

it('shows why the app cannot run, until it can', () => {
  const { handlers, root, steps } = setUp();
  const faults = document.getElementById('faults')!;
  handlers.fault({ id: '', title: 'SyntaxError' });
  expect(faults.textContent).toContain('SyntaxError');
  expect(root.hasAttribute('aria-busy')).toBe(false);
  expect(steps).toEqual(['visible']);
  handlers.fault(null);
  expect(faults.textContent).toBe('');
});

it('swaps changed style sheets without a reload', () => {
  const { handlers, steps } = setUp();
  handlers.assets(['own.css'], false);
  expect(document.querySelector('link[href*="changed="]')).not.toBeNull();
  expect(steps).toEqual([]);
});

it.each([
  ['a style sheet that the page does not have', ['other.css'], false],
  ['other files', [], true],
])('restarts the app for %s', (_, styles, reload) => {
  const { handlers, steps } = setUp();
  handlers.assets(styles, reload);
  expect(steps).toEqual(['restart']);
});

it('clears the errors of the code that was replaced', () => {
  const { handlers, parts } = setUp();
  parts.errors.show({ id: '', title: 'old error' });
  handlers.reloading();
  expect(document.getElementById('sundog-errors')!.textContent).toBe('');
});

it('gives the focus to the element that replaces the focused one', async () => {
  const { handlers, root } = setUp();
  const field = '<input aria-label="first"><input aria-label="second">';
  root.innerHTML = field;
  root.querySelector<HTMLElement>('[aria-label=second]')!.focus();
  handlers.reloading();
  root.innerHTML = field;
  handlers.reloaded();
  const second = root.querySelector('[aria-label=second]');
  await vi.waitFor(() => expect(document.activeElement).toBe(second));
});

it('passes on the menu, and how long a message took', () => {
  const { handlers, parts, steps } = setUp();
  const handled = vi.fn();
  parts.channel.traffic = { handled } as unknown as NonNullable<PageChannel['traffic']>;
  handlers.menu([{ title: 'a', href: '/a', below: [] }]);
  handlers.handled('page:1', 5);
  expect(steps).toEqual(['menu of 1']);
  expect(handled).toHaveBeenCalledWith('page:1', 5);
});
