// @vitest-environment happy-dom
import * as base from '@jupyter-widgets/base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Channel } from '../../src/widgets/comm';
import { Manager } from '../../src/widgets/manager';
import * as output from '../../src/output/widget';
import type { Json, OutputItem, PageMessage } from '../../src/protocol';
import { flush } from '../flush';

const METADATA = { version: '2.1.0' };

class BrokenModel extends base.DOMWidgetModel {
  override initialize(): void {
    throw new Error('broken');
  }
}

/** Handles messages some time after they have arrived. */
class SlowModel extends base.DOMWidgetModel {
  override async _handle_comm_msg(message: never): Promise<void> {
    await flush();
    await super._handle_comm_msg(message);
  }
}

/** Fails to handle messages. */
class GivingUpModel extends base.DOMWidgetModel {
  override _handle_comm_msg(): Promise<void> {
    return Promise.reject(new Error('too late'));
  }
}

class ValueView extends base.DOMWidgetView {
  override render(): void {
    this.el.textContent = String(this.model.get('value'));
  }
}

function setUp() {
  const sent: PageMessage[] = [];
  const acknowledge: ((() => void) | undefined)[] = [];
  const channel: Channel = {
    send(message, _buffers, onAcknowledged) {
      sent.push(message);
      acknowledge.push(onAcknowledged);
      return `page:${sent.length}`;
    },
  };
  let arrive = () => undefined as void;
  const late = new Promise<void>((resolve) => (arrive = resolve));
  const loader = {
    load: (module: string): Promise<Record<string, unknown>> =>
      module === 'late'
        ? late.then(() => ({ ...base }))
        : module === '@jupyter-widgets/base'
        ? Promise.resolve({ ...base, BrokenModel, SlowModel, GivingUpModel, ValueView })
        : module === '@jupyter-widgets/output'
          ? Promise.resolve({ ...output })
          : Promise.reject(new Error(`no ${module}`)),
  };
  const manager = new Manager(channel, loader, () => Promise.reject(new Error('not needed')));
  const open = (id: string, state: Json, module = '@jupyter-widgets/base') => {
    const named = {
      _model_module: module,
      _model_module_version: '2.0.0',
      _model_name: 'DOMWidgetModel',
      ...state,
    };
    manager.openComm(id, 'jupyter.widget', { state: named }, METADATA, []);
  };
  return { manager, sent, acknowledge, open, arrive };
}

const update = (state: Json): Json => ({ method: 'update', state });


beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('models', () => {
  it('are created by open messages, and updated', async () => {
    const { manager, open } = setUp();
    open('a', { value: 1 });
    manager.deliver('a', update({ value: 2 }), undefined, []);
    const model = await manager.get_model('a');
    await flush();
    expect(model.get('value')).toBe(2);
  });

  it('get custom messages after the updates before them', async () => {
    const { manager, open } = setUp();
    open('a', {});
    open('b', {});
    const [a, b] = await Promise.all([manager.get_model('a'), manager.get_model('b')]);
    const seen: unknown[] = [];
    b.on('msg:custom', () => seen.push(a.get('value')));
    manager.deliver('a', update({ value: 5 }), undefined, []);
    manager.deliver('b', { method: 'custom', content: {} }, undefined, []);
    await flush();
    expect(seen).toEqual([5]);
  });

  it('find models that were closed while their own code was loading', async () => {
    const { manager, open, arrive } = setUp();
    open('a', {});
    open('b', { layout: 'IPY_MODEL_a' }, 'late');
    manager.deliver('b', update({ layout: 'IPY_MODEL_c' }), undefined, []);
    open('c', {});
    await flush();
    const [first, second] = [await manager.get_model('a'), await manager.get_model('c')];
    manager.closeComm('a', {});
    manager.closeComm('c', {});
    arrive();
    const model = await manager.get_model('b');
    expect(model.get('layout')).toBe(first);
    await flush();
    expect(model.get('layout')).toBe(second);
    expect(console.error).not.toHaveBeenCalled();
  });

  it('are updated with references to models that were closed right after', async () => {
    const { manager, open } = setUp();
    open('a', {});
    open('b', {});
    const [first, model] = [await manager.get_model('a'), await manager.get_model('b')];
    manager.deliver('b', update({ layout: 'IPY_MODEL_a' }), undefined, []);
    manager.closeComm('a', {});
    await flush();
    expect(model.get('layout')).toBe(first);
    expect(console.error).not.toHaveBeenCalled();
  });

  it('send every value of a trait for events, and the last value of others', async () => {
    const { manager, open, sent, acknowledge } = setUp();
    open('a', { value: 0, _js2py_point: null });
    const model = await manager.get_model('a');
    const set = (state: Json) => {
      model.set(state);
      model.save_changes();
    };
    set({ _js2py_point: 'over' });
    set({ _js2py_point: 'click', value: 1 });
    set({ value: 2 });
    set({ _js2py_point: null });
    set({ _js2py_point: 'left' });
    acknowledge.splice(0).forEach((done) => done?.());
    const reported = sent.map((message) => (message[2] as Json)['state']);
    expect(reported).toEqual([
      { _js2py_point: 'over' },
      { _js2py_point: 'click', value: 2 },
      { _js2py_point: 'left' },
    ]);
  });

  it('are removed when the server closes them', async () => {
    const { manager, open } = setUp();
    open('a', {});
    await manager.get_model('a');
    manager.closeComm('a', {});
    expect(manager.has_model('a')).toBe(false);
  });

  it.each([
    ['a module that does not exist', { _model_module: 'nowhere' }],
    ['a class that does not exist', { _model_name: 'NoModel' }],
    ['a class that fails', { _model_name: 'BrokenModel' }],
  ])('stand for a failure with %s', async (_, state) => {
    const { manager, open } = setUp();
    open('a', state);
    const model = await manager.get_model('a');
    expect(model.get('_view_name')).toBe('ErrorWidgetView');
    const view = await manager.create_view(model);
    expect(view.el.classList.contains('sundog-broken')).toBe(true);
  });

  it('show messages that their models gave up on', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { manager, open } = setUp();
    const view = { _view_name: 'ValueView', _view_module: '@jupyter-widgets/base' };
    open('a', { ...view, _model_name: 'GivingUpModel', value: 1 });
    manager.deliver('a', update({ value: 2 }), undefined, []);
    const shown = await manager.create_view(await manager.get_model('a'));
    expect(shown.el.textContent).toBe('2');
    expect(warn).toHaveBeenCalledOnce();
  });

  it('show messages that were sent before, even if the models handle them late', async () => {
    const { manager, open } = setUp();
    const view = { _view_name: 'ValueView', _view_module: '@jupyter-widgets/base' };
    open('a', { ...view, _model_name: 'SlowModel', value: 1 });
    manager.deliver('a', update({ value: 2 }), undefined, []);
    manager.deliver('a', update({ value: 3 }), undefined, []);
    const model = await manager.get_model('a');
    const shown = await manager.create_view(model);
    expect(shown.el.textContent).toBe('3');
  });

  it('show the error if a view fails', async () => {
    const { manager, open } = setUp();
    open('a', { _view_name: 'View', _view_module: 'nowhere' });
    const model = await manager.get_model('a');
    const view = await manager.create_view(model);
    expect(view.el.textContent).toContain('no nowhere');
    expect(view.model).toBe(model);
  });
});

describe('the throttle', () => {
  it('sends one change at a time, and the last one of those that were made meanwhile', async () => {
    const { manager, sent, acknowledge, open } = setUp();
    open('a', { value: 0 });
    const model = await manager.get_model('a');
    for (const value of [1, 2, 3]) {
      model.set('value', value);
      model.save_changes();
    }
    expect(sent.length).toBe(1);
    acknowledge[0]!();
    expect(sent.map((message) => (message[2] as { state: Json }).state['value'])).toEqual([1, 3]);
  });

  it('stops waiting for an echo when a change is acknowledged', async () => {
    const { manager, acknowledge, open } = setUp();
    open('a', { value: 0 });
    const model = await manager.get_model('a');
    model.set('value', 1);
    model.save_changes();
    acknowledge[0]!();
    await flush();
    manager.deliver('a', { method: 'echo_update', state: { value: 7 } }, { parent: 'other:1' }, []);
    await flush();
    expect(model.get('value')).toBe(7);
  });
});

describe('a full state', () => {
  it('updates, creates and closes widgets', async () => {
    const { manager, open } = setUp();
    open('a', { value: 1 });
    open('b', { value: 1 });
    const model = await manager.get_model('a');
    manager.beginSync();
    open('a', { value: 2 });
    open('c', { value: 3 });
    manager.endSync();
    await flush();
    expect(await manager.get_model('a')).toBe(model);
    expect(model.get('value')).toBe(2);
    expect(manager.has_model('b')).toBe(false);
    expect((await manager.get_model('c')).get('value')).toBe(3);
  });

  it('keeps what the page has changed and the server has not seen yet', async () => {
    const { manager, open } = setUp();
    open('a', { value: 1, other: 1 });
    const model = await manager.get_model('a');
    model.set('value', 5);
    model.save_changes();
    manager.beginSync();
    open('a', { value: 1, other: 2 });
    manager.endSync();
    await flush();
    expect([model.get('value'), model.get('other')]).toEqual([5, 2]);
  });

  it('keeps what is entered while the state is being applied', async () => {
    const { manager, open } = setUp();
    open('a', { value: 1, other: 1 });
    const model = await manager.get_model('a');
    const Model = model.constructor as typeof base.DOMWidgetModel;
    const held = vi.spyOn(Model, '_deserialize_state').mockImplementation(async (state) => {
      await flush();
      return state;
    });
    manager.beginSync();
    open('a', { value: 2, other: 2 });
    manager.endSync();
    await vi.waitUntil(() => held.mock.calls.length > 0);
    model.set('value', 5);
    model.save_changes();
    await vi.waitUntil(() => model.get('other') === 2);
    expect(model.get('value')).toBe(5);
  });

  it('keeps a widget that the page has created and the server does not know yet', async () => {
    const { manager } = setUp();
    const made = await manager.new_widget({
      model_name: 'DOMWidgetModel',
      model_module: '@jupyter-widgets/base',
      model_module_version: '2.0.0',
      view_name: '',
      view_module: '',
      view_module_version: '',
    });
    manager.beginSync();
    manager.endSync();
    expect(manager.has_model(made.model_id)).toBe(true);
  });

  it('is replaced by that of a new kernel', async () => {
    const { manager, sent, open } = setUp();
    open('a', {});
    await manager.get_model('a');
    manager.reset();
    expect(manager.has_model('a')).toBe(false);
    expect(sent).toEqual([]);
  });
});

describe('an Output', () => {
  const text = (value: string): OutputItem => ({
    output_type: 'stream',
    name: 'stdout',
    text: value,
  });
  const OUTPUT = { _model_name: 'OutputModel', _model_module: '@jupyter-widgets/output' };

  it('applies items in order with its updates, and sends nothing', async () => {
    const { manager, sent, open } = setUp();
    open('o', { ...OUTPUT, outputs: [text('a')] });
    manager.applyOutput('o', text('b'));
    const model = await manager.get_model('o');
    await flush();
    expect(model.get('outputs')).toEqual([text('ab')]);
    manager.deliver('o', update({ outputs: [] }), undefined, []);
    manager.applyOutput('o', text('c'));
    await flush();
    expect(model.get('outputs')).toEqual([text('c')]);
    model.save_changes();
    expect(sent).toEqual([]);
  });

  it('gets updates of displays until it is closed', async () => {
    const { manager, open } = setUp();
    open('o', OUTPUT);
    await manager.get_model('o');
    expect(manager.outputAreas.size).toBe(1);
    manager.closeComm('o', {});
    expect(manager.outputAreas.size).toBe(0);
  });
});
