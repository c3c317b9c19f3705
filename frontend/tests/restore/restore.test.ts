// @vitest-environment happy-dom
import type { WidgetModel } from '@jupyter-widgets/base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../src/protocol';
import { EnteredValues, mayReload, type Models, offerRestore, restoreValues, takeEntries, saveEntries } from '../../src/restore';

const storage = () => sessionStorage;

function opened(...models: [id: string, name: string, state?: Json][]): EnteredValues {
  const entered = new EnteredValues();
  for (const [id, name, state] of models) {
    const data = { state: { _model_name: name, ...state } };
    entered.received(['open', id, 'jupyter.widget', data, {}]);
  }
  return entered;
}

const update = (state: Json, paths: unknown[] = []): Json => ({
  method: 'update',
  state,
  buffer_paths: paths,
});

beforeEach(() => {
  sessionStorage.clear();
  document.body.innerHTML = '';
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('EnteredValues', () => {
  it('knows what the user has changed, and nothing else', () => {
    const entered = opened(['a', 'LayoutModel'], ['b', 'TextModel', { value: '' }]);
    entered.sent(['msg', 'b', update({ value: 'x', _view_count: 1 })]);
    entered.sent(['msg', 'a', update({ width: '1px' })]);
    entered.sent(['msg', 'b', { method: 'custom', content: {} }]);
    entered.sent(['msg', 'unknown', update({ value: 1 })]);
    expect(entered.entries).toEqual([
      { position: 1, model: 'TextModel', trait: 'value', value: 'x' },
    ]);
  });

  it('forgets what was changed back', () => {
    const entered = opened(['a', 'TextModel', { value: '' }]);
    entered.sent(['msg', 'a', update({ value: 'x' })]);
    entered.sent(['msg', 'a', update({ value: '' })]);
    expect(entered.entries).toEqual([]);
  });

  it('has the value that the app has put in its place', () => {
    const entered = opened(
      ['a', 'IntTextModel', { value: 0 }],
      ['b', 'TextModel', { value: '' }],
      ['c', 'LabelModel', { value: '' }],
    );
    entered.sent(['msg', 'a', update({ value: 200 })]);
    entered.sent(['msg', 'b', update({ value: 'said' })]);
    entered.received(['msg', 'a', update({ value: 100 })]);
    entered.received(['msg', 'b', update({ value: '' })]);
    entered.received(['msg', 'c', update({ value: 'not entered' })]);
    expect(entered.entries.map(({ value }) => value)).toEqual([100]);
  });

  it('leaves out passwords and files', () => {
    const entered = opened(['a', 'PasswordModel'], ['b', 'FileUploadModel']);
    entered.sent(['msg', 'a', update({ value: 'secret' })]);
    entered.sent(['msg', 'b', update({ value: [{}] }, [['value', 0, 'content']])]);
    expect(entered.entries).toEqual([]);
  });

  it('keeps places over a full state', () => {
    const entered = opened(['a', 'TextModel'], ['b', 'TextModel']);
    entered.received(['open', 'b', 'jupyter.widget', { state: { _model_name: 'TextModel' } }, {}]);
    entered.received(['open', 'c', 'jupyter.widget', { state: { _model_name: 'TextModel' } }, {}]);
    entered.sent(['msg', 'c', update({ value: 'x' })]);
    expect(entered.entries.map(({ position }) => position)).toEqual([2]);
  });

  it('finds the widgets that values are for, of the same kind only', () => {
    const entered = opened(['a', 'TextModel'], ['b', 'IntTextModel']);
    const entry = (position: number) => ({ position, model: 'TextModel', trait: 'value', value: 1 });
    expect(entered.matching([entry(0), entry(1), entry(2)])).toEqual([['a', entry(0)]]);
  });
});

describe('what is kept', () => {
  const entry = { position: 0, model: 'TextModel', trait: 'value', value: 'x' };

  it('comes back once, for the same path', () => {
    saveEntries(storage, '/app', [entry]);
    expect(takeEntries(storage, '/other')).toEqual([]);
    expect(takeEntries(storage, '/app')).toEqual([entry]);
    expect(takeEntries(storage, '/app')).toEqual([]);
  });

  it('is nothing where it can not be read', () => {
    sessionStorage.setItem('sundog-entered:/app', '{');
    expect(takeEntries(storage, '/app')).toEqual([]);
  });
});

it('reloads by itself once, and again only after a while', () => {
  expect(mayReload(storage, 100_000)).toBe(true);
  expect(mayReload(storage, 105_000)).toBe(false);
  expect(mayReload(storage, 120_000)).toBe(true);
});

it('puts values back through the models', async () => {
  class Model {
    static _deserialize_state = (state: Json) => Promise.resolve(state);
    readonly set = vi.fn();
    readonly save_changes = vi.fn();
  }
  const model = new Model();
  const models: Models = {
    has_model: (id) => id === 'a',
    get_model: () => Promise.resolve(model as unknown as WidgetModel),
  };
  const entry = { position: 0, model: 'TextModel', trait: 'value', value: 'x' };
  await restoreValues(models, [
    ['gone', entry],
    ['a', entry],
  ]);
  expect(model.set.mock.calls).toEqual([[{ value: 'x' }]]);
  expect(model.save_changes).toHaveBeenCalledOnce();
});

describe('the offer', () => {
  const press = (label: string) =>
    [...document.querySelectorAll('button')].find((each) => each.textContent === label)!.click();

  it('is accepted', () => {
    const accept = vi.fn();
    offerRestore(document.body, accept);
    press('Restore');
    expect(accept).toHaveBeenCalledOnce();
    expect(document.getElementById('sundog-restore')).toBeNull();
  });

  it('is dismissed', () => {
    const accept = vi.fn();
    offerRestore(document.body, accept);
    press('Dismiss');
    expect(accept).not.toHaveBeenCalled();
    expect(document.getElementById('sundog-restore')).toBeNull();
  });
});
