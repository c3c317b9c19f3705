// @vitest-environment happy-dom
import type { WidgetModel } from '@jupyter-widgets/base';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Restart, type RestartWindow } from '../../src/page/restart';
import { EnteredValues } from '../../src/restore';

const opened = ['open', 'a', 'jupyter.widget', { state: { _model_name: 'TextModel' } }, {}] as const;
const update = ['msg', 'a', { method: 'update', state: { value: 'typed' } }] as const;

function setUp({ expired = 'ask', widget = '' }: { expired?: 'ask' | 'restart'; widget?: string } = {}) {
  const page = {
    sessionStorage,
    location: { pathname: '/app/', reload: vi.fn() },
    document,
    close: vi.fn(),
  } satisfies RestartWindow;
  const entered = new EnteredValues();
  const ended = vi.fn<(onRestart: () => void) => void>();
  const restart = new Restart(page, { expired, widget }, entered, { ended });
  return { page, entered, ended, restart };
}

/** Restarts a page in which the user has entered a value. */
function enterAndRestart(): void {
  const { entered, restart } = setUp();
  entered.received([...opened]);
  entered.sent([...update]);
  restart.restart();
}

beforeEach(() => {
  sessionStorage.clear();
  document.body.innerHTML = '';
});

describe('after the kernel has ended', () => {
  it('asks the user, whose click reloads the page', () => {
    const { page, ended, restart } = setUp();
    restart.ended(true);
    expect(page.location.reload).not.toHaveBeenCalled();
    ended.mock.calls[0]![0]();
    expect(page.location.reload).toHaveBeenCalledOnce();
  });

  it.each([
    ['that was never connected', 'ask', false],
    ['that is configured to do so', 'restart', true],
  ] as const)('restarts a page %s, but not twice in a row', (_, expired, known) => {
    const { page, ended, restart } = setUp({ expired });
    restart.ended(known);
    expect(page.location.reload).toHaveBeenCalledOnce();
    restart.ended(known);
    expect(page.location.reload).toHaveBeenCalledOnce();
    expect(ended).toHaveBeenCalledOnce();
  });

  it('closes the window of a single widget', () => {
    const { page, restart } = setUp({ widget: 'model' });
    restart.ended(true);
    expect(page.close).toHaveBeenCalledOnce();
  });

  it('works in a browser that forbids storage', () => {
    const { page, ended, restart } = setUp({ expired: 'restart' });
    Object.defineProperty(page, 'sessionStorage', {
      get: () => {
        throw new DOMException('forbidden', 'SecurityError');
      },
    });
    restart.ended(true);
    expect(ended).toHaveBeenCalledOnce();
    restart.restart();
    expect(page.location.reload).toHaveBeenCalledOnce();
  });
});

describe('the page after a restart', () => {
  it('offers to restore the values once, and restores them', async () => {
    enterAndRestart();
    const { entered, restart } = setUp();
    entered.received([...opened]);
    const set = vi.fn();
    const save_changes = vi.fn();
    const Model = class {
      static _deserialize_state = (state: object) => Promise.resolve(state);
    };
    const model = Object.assign(new Model(), { set, save_changes }) as unknown as WidgetModel;
    const models = { has_model: () => true, get_model: () => Promise.resolve(model) };
    restart.offerSavedValues(models);
    restart.offerSavedValues(models);
    const buttons = [...document.querySelectorAll('button')];
    expect(buttons.map((button) => button.textContent)).toEqual(['Restore', 'Dismiss']);
    buttons[0]!.click();
    await vi.waitFor(() => expect(save_changes).toHaveBeenCalledOnce());
    expect(set).toHaveBeenCalledWith({ value: 'typed' });
  });

  it('offers nothing if the app has other widgets now', () => {
    enterAndRestart();
    const { restart } = setUp();
    restart.offerSavedValues({ has_model: () => false, get_model: () => Promise.reject(new Error()) });
    expect(document.querySelector('#sundog-restore')).toBeNull();
  });

  it('leaves the values to the whole app if it shows a single widget', () => {
    enterAndRestart();
    setUp({ widget: 'model' });
    const { entered, restart } = setUp();
    entered.received([...opened]);
    restart.offerSavedValues({ has_model: () => false, get_model: () => Promise.reject(new Error()) });
    expect(document.querySelector('#sundog-restore')).not.toBeNull();
  });
});
