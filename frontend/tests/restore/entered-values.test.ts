// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../src/protocol';
import { EnteredValues } from '../../src/restore';

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
  it('contains what the user has changed, and nothing else', () => {
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

  it('contains the value with which the app has replaced it', () => {
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

  it('does not contain passwords and files', () => {
    const entered = opened(['a', 'PasswordModel'], ['b', 'FileUploadModel']);
    entered.sent(['msg', 'a', update({ value: 'secret' })]);
    entered.sent(['msg', 'b', update({ value: [{}] }, [['value', 0, 'content']])]);
    expect(entered.entries).toEqual([]);
  });

  it('keeps positions over a full state', () => {
    const entered = opened(['a', 'TextModel'], ['b', 'TextModel']);
    entered.received(['open', 'b', 'jupyter.widget', { state: { _model_name: 'TextModel' } }, {}]);
    entered.received(['open', 'c', 'jupyter.widget', { state: { _model_name: 'TextModel' } }, {}]);
    entered.sent(['msg', 'c', update({ value: 'x' })]);
    expect(entered.entries.map(({ position }) => position)).toEqual([2]);
  });

  it('matches values with widgets of the same kind only', () => {
    const entered = opened(['a', 'TextModel'], ['b', 'IntTextModel']);
    const entry = (position: number) => ({ position, model: 'TextModel', trait: 'value', value: 1 });
    expect(entered.matching([entry(0), entry(1), entry(2)])).toEqual([['a', entry(0)]]);
  });
});
