// @vitest-environment happy-dom
import type { WidgetModel } from '@jupyter-widgets/base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../src/protocol';
import { type Models, offerRestore, restoreValues } from '../../src/restore';

beforeEach(() => {
  sessionStorage.clear();
  document.body.innerHTML = '';
});

afterEach(() => {
  vi.restoreAllMocks();
});

it('restores values through the models', async () => {
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
