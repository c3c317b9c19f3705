// @vitest-environment happy-dom
/** Views that are removed while others are being created, at every step of the creation. */
import * as base from '@jupyter-widgets/base';
import * as controls from '../../src/bundled/controls';
import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Loader } from '../../src/loader';
import { Manager } from '../../src/widgets/manager';
import { OutputArea } from '../../src/output/area';
import { Rich } from '../../src/output/rich';
import { LargeDisplays } from '../../src/output/large-displays';
import * as output from '../../src/output/widget';
import { PageArea } from '../../src/page/area';
import { server } from '../../src/retry';
import type { Json, OutputItem } from '../../src/protocol';
import { flush } from '../flush';

const CONTROLS = '@jupyter-widgets/controls';
const OUTPUT = '@jupyter-widgets/output';
const BASE = '@jupyter-widgets/base';
/** More steps than the creation of any view takes. */
const STEPS = 30;

/** The promise that views of `HeldView` wait for. */
let hold: Promise<void>;
let release: () => void;
const made: HeldView[] = [];

class HeldView extends base.DOMWidgetView {
  removals = 0;

  override async render(): Promise<void> {
    made.push(this);
    this.once('remove', () => (this.removals += 1));
    this.el.className = 'held';
    await hold;
    this.el.textContent = 'held';
  }
}

/** Moves into another element when it is rendered, as views of some libraries do. */
class MovingView extends base.DOMWidgetView {
  override render(): void {
    this.setElement(document.createElement('section'));
  }
}

/** Takes a while to be created. */
class HeldModel extends base.DOMWidgetModel {
  static override async _deserialize_state(...what: Parameters<typeof base.WidgetModel._deserialize_state>) {
    await hold;
    return base.WidgetModel._deserialize_state(...what);
  }
}

/** Backbone's list of a model's listeners. */
type Listened = base.WidgetModel & { _events: Record<string, unknown[]> };

function setUp() {
  hold = new Promise((resolve) => (release = resolve));
  made.length = 0;
  document.body.replaceChildren();
  const modules: Record<string, Record<string, unknown>> = {
    [BASE]: { ...base, HeldModel, HeldView, MovingView },
    [CONTROLS]: { ...controls },
    [OUTPUT]: { ...output },
  };
  const load = (module: string) => Promise.resolve(modules[module]!);
  const manager = new Manager({ send: () => '' }, { load }, () => Promise.reject(new Error('no')));
  const open = (id: string, model: string, view: string, module: string, state: Json = {}) => {
    const named = {
      _model_module: module,
      _model_module_version: '2.0.0',
      _model_name: model,
      _view_module: module,
      _view_module_version: '2.0.0',
      _view_name: view,
      ...state,
    };
    manager.openComm(id, 'jupyter.widget', { state: named }, { version: '2.1.0' }, []);
  };
  open('layout', 'LayoutModel', 'LayoutView', BASE);
  for (const id of ['a', 'b', 'c']) {
    open(id, 'DOMWidgetModel', 'HeldView', BASE, { layout: 'IPY_MODEL_layout' });
  }
  return { manager, open };
}

const widgetItem = (id: string): OutputItem => ({
  output_type: 'display_data',
  data: { 'application/vnd.jupyter.widget-view+json': { model_id: id } },
});

/** Returns the texts of the views in the page. */
const texts = () => [...document.querySelectorAll('.held')].map((element) => element.textContent);


async function steps(count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) {
    await Promise.resolve();
  }
}

const complaints: unknown[] = [];
const complain = (error: unknown) => complaints.push(error);

beforeEach(() => {
  complaints.length = 0;
  vi.spyOn(console, 'error').mockImplementation(complain);
  process.on('unhandledRejection', complain);
});

afterEach(() => {
  vi.restoreAllMocks();
  process.off('unhandledRejection', complain);
});

const CONTAINERS = [
  ['Box', {}],
  ['Stack', { selected_index: 0 }],
  ['Tab', { selected_index: 0 }],
  ['Accordion', { selected_index: 0 }],
] as const;

describe.each(CONTAINERS)('a %s', (kind, state) => {
  async function shown() {
    const { manager, open } = setUp();
    const children = ['IPY_MODEL_a', 'IPY_MODEL_b'];
    const layout = 'IPY_MODEL_layout';
    open('box', `${kind}Model`, `${kind}View`, CONTROLS, { children, layout, ...state });
    const view = await manager.create_view(await manager.get_model('box'));
    Widget.attach(view.luminoWidget, document.body);
    return { manager, view };
  }

  it('that stays shows its children', async () => {
    await shown();
    release();
    await flush();
    expect(complaints).toEqual([]);
    expect(made.length).toBeGreaterThan(0);
    expect(made.every((view) => document.body.contains(view.el))).toBe(true);
  });

  it('can be removed at any step of their creation', async () => {
    for (let step = 0; step < STEPS; step += 1) {
      const { view } = await shown();
      release();
      await steps(step);
      if (step % 2 === 0) {
        view.remove();
      } else {
        view.luminoWidget.dispose();
      }
      await flush();
      expect([step, complaints]).toEqual([step, []]);
      expect(made.map((child) => child.removals)).toEqual(made.map(() => 1));
    }
  });

  it('can lose a child at any step of its creation', async () => {
    for (let step = 0; step < STEPS; step += 1) {
      const { manager } = await shown();
      release();
      await steps(step);
      manager.closeComm('a', {});
      await flush();
      expect([step, complaints]).toEqual([step, []]);
      expect(texts()).toEqual(kind === 'Stack' ? [] : ['held']);
    }
  });

  it('can get other children at any step of the creation of the first ones', async () => {
    for (let step = 0; step < STEPS; step += 1) {
      const { manager } = await shown();
      release();
      await steps(step);
      const state = { children: ['IPY_MODEL_c', 'IPY_MODEL_b'] };
      manager.deliver('box', { method: 'update', state }, undefined, []);
      await flush();
      expect([step, complaints]).toEqual([step, []]);
      expect(texts()).toEqual(kind === 'Stack' ? ['held'] : ['held', 'held']);
      const alive = made.filter((child) => child.removals === 0);
      expect(alive.map((child) => child.model.model_id)).toEqual(kind === 'Stack' ? ['c'] : ['c', 'b']);
    }
  });
});

describe('a view', () => {
  it('leaves no listeners when it is removed', async () => {
    const { manager } = setUp();
    release();
    const models = await Promise.all(['layout', 'a'].map((id) => manager.get_model(id)));
    const listened = () => models.map((model) => Object.keys((model as Listened)._events).sort());
    const before = listened();
    models[1]!.on('msg:custom', () => undefined);
    const view = await manager.create_view(models[1] as base.DOMWidgetModel);
    Widget.attach(view.luminoWidget, document.body);
    await flush();
    expect(listened()[0]).toContain('change:width');
    view.remove();
    await flush();
    expect(listened()).toEqual([before[0], [...before[1]!, 'msg:custom']]);
    expect((models[1] as Listened)._events['msg:custom']!.length).toBe(1);
  });

  it('stays alive when it moves into another element', async () => {
    const { manager, open } = setUp();
    release();
    open('moving', 'DOMWidgetModel', 'MovingView', BASE);
    open('box', 'BoxModel', 'BoxView', CONTROLS, { children: ['IPY_MODEL_moving'] });
    const box = await manager.create_view(await manager.get_model('box'));
    await flush();
    expect(box.el.querySelectorAll('section').length).toBe(1);
  });

  it('of a closed model shows nothing', async () => {
    const { manager } = setUp();
    release();
    const model = await manager.get_model('a');
    manager.closeComm('a', {});
    const view = await manager.create_view(model);
    expect(view.el.hidden).toBe(true);
    expect(made).toEqual([]);
  });
});

describe('a model', () => {
  it('that is closed while it is being created is removed afterwards', async () => {
    const { manager, open } = setUp();
    open('slow', 'HeldModel', 'HeldView', BASE);
    const coming = manager.get_model('slow');
    manager.closeComm('slow', {});
    release();
    const view = await manager.create_view(await coming);
    await flush();
    expect(manager.has_model('slow')).toBe(false);
    expect(view.el.hidden || view.luminoWidget.isDisposed).toBe(true);
    expect(complaints).toEqual([]);
  });
});

describe.each([
  ['tab', 'Tab', '.lm-TabBar-tab'],
  ['accordion', 'Accordion', '.jupyter-widget-Collapse-header'],
])('titles of a %s', (id, name, selector) => {
  it.each([
    [['c', 'b'], ['C', 'B']],
    [['a', 'c'], ['A', 'C']],
    [['b'], ['B']],
  ])('are those of its children where both change: %j', async (ids, titles) => {
    const { manager, open } = setUp();
    release();
    const children = (ids: string[]) => ids.map((id) => `IPY_MODEL_${id}`);
    const state = { children: children(['a', 'b', 'c']), titles: ['A', 'B', 'C'] };
    open(id, `${name}Model`, `${name}View`, CONTROLS, state);
    const view = await manager.create_view(await manager.get_model(id));
    Widget.attach(view.luminoWidget, document.body);
    await flush();
    const shown = () => [...view.el.querySelectorAll(selector)].map((tab) => tab.textContent);
    expect(shown()).toEqual(['A', 'B', 'C']);
    open(id, `${name}Model`, `${name}View`, CONTROLS, { children: children(ids), titles });
    await flush();
    expect(shown()).toEqual(titles);
    expect(complaints).toEqual([]);
  });
});

describe('withSourcePositions', () => {
  it('shows the selected child, even if others were closed before the page was opened', async () => {
    const { manager, open } = setUp();
    const children = ['IPY_MODEL_sundog-closed', 'IPY_MODEL_a'];
    open('stack', 'StackModel', 'StackView', CONTROLS, { children, selected_index: 1 });
    release();
    const model = await manager.get_model('stack');
    const view = await manager.create_view(model);
    Widget.attach(view.luminoWidget, document.body);
    await flush();
    expect(texts()).toEqual(['held']);
    model.set('selected_index', 0);
    await flush();
    expect(texts()).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe('an output area', () => {
  function area(manager: Manager) {
    const area = new OutputArea(manager, () => Promise.reject(new Error('no renderers')));
    Widget.attach(area, document.body);
    area.apply([{ kind: 'append', item: widgetItem('a') }]);
    return area;
  }

  it('removes a view that is ready after its slot was removed', async () => {
    for (let step = 0; step < STEPS; step += 1) {
      const shown = area(setUp().manager);
      release();
      await steps(step);
      shown.apply([{ kind: 'clear', wait: false }]);
      await flush();
      expect([step, complaints]).toEqual([step, []]);
      expect(made.map((view) => view.removals)).toEqual(made.map(() => 1));
    }
  });

  it('does not report a failure if the slot was removed', async () => {
    const shown = area(setUp().manager);
    shown.apply([{ kind: 'append', item: { output_type: 'stream', text: 'a' } }]);
    shown.dispose();
    await flush();
    expect(complaints).toEqual([]);
  });

  it('retries a failed output when the page has reconnected', async () => {
    let isThere = false;
    const loader = { fetchManifest: () => Promise.resolve({ labextensions: {}, scripts: {} }) };
    const rich = () =>
      isThere ? Promise.resolve(new Rich(loader as unknown as Loader, new LargeDisplays((hash) => hash), () => undefined)) : Promise.reject(new Error('no'));
    const shown = new OutputArea(setUp().manager, rich);
    Widget.attach(shown, document.body);
    shown.apply([{ kind: 'append', item: { output_type: 'stream', text: 'said' } }]);
    await flush();
    expect(shown.node.querySelector('button')!.textContent).toBe('Try again');
    isThere = true;
    server.connected = false;
    server.connected = true;
    await flush();
    expect(shown.node.textContent).toBe('said');
    expect(complaints).toHaveLength(1);
    complaints.length = 0;
  });

  it('disposes of the widget of an extension if the slot was removed', async () => {
    const { manager } = setUp();
    const content = Object.assign(new Widget(), { renderModel: () => Promise.resolve() });
    const plugin = {
      rendererFactory: { mimeTypes: ['application/x+json'], createRenderer: () => content },
    };
    const loader = {
      fetchManifest: () => hold.then(() => ({ labextensions: { x: { mimeExtension: './x' } } })),
      fetchLabExtensions: () => Promise.resolve({ module: () => Promise.resolve(plugin) }),
    };
    const shown = new OutputArea(manager, () => Promise.resolve(new Rich(loader as unknown as Loader, new LargeDisplays((hash) => hash), () => undefined)));
    const data = { 'application/x+json': {} };
    shown.apply([{ kind: 'append', item: { output_type: 'display_data', data } }]);
    await flush();
    shown.dispose();
    release();
    await flush();
    expect(complaints).toEqual([]);
    expect(content.isDisposed).toBe(true);
  });

  it('of an Output can be removed while its content is being created', async () => {
    for (let step = 0; step < STEPS; step += 1) {
      const { manager, open } = setUp();
      open('o', 'OutputModel', 'OutputView', OUTPUT, { outputs: [widgetItem('a')] });
      const view = await manager.create_view(await manager.get_model('o'));
      Widget.attach(view.luminoWidget, document.body);
      manager.applyOutput('o', widgetItem('b'));
      release();
      await steps(step);
      view.remove();
      await flush();
      expect([step, complaints]).toEqual([step, []]);
      expect(made.map((child) => child.removals)).toEqual(made.map(() => 1));
    }
  });
});

describe('a full state that arrives while views are being created', () => {
  it('keeps the views of widgets that still exist, and no others', async () => {
    for (let step = 0; step < STEPS; step += 1) {
      const { manager, open } = setUp();
      const page = new PageArea(document.body, manager, () => undefined, undefined);
      const children = ['IPY_MODEL_a', 'IPY_MODEL_b'];
      open('box', 'BoxModel', 'BoxView', CONTROLS, { children });
      page.applyItem(widgetItem('box'));
      await flush();
      release();
      await steps(step);
      manager.beginSync();
      page.beginSync();
      open('layout', 'LayoutModel', 'LayoutView', BASE);
      open('a', 'DOMWidgetModel', 'HeldView', BASE);
      open('box', 'BoxModel', 'BoxView', CONTROLS, { children: ['IPY_MODEL_a'] });
      page.applyItem(widgetItem('box'));
      manager.endSync();
      page.endSync();
      await flush();
      expect([step, complaints]).toEqual([step, []]);
      expect(texts()).toEqual(['held']);
    }
  });

  it('is replaced by that of a new kernel', async () => {
    for (let step = 0; step < STEPS; step += 1) {
      const { manager, open } = setUp();
      const page = new PageArea(document.body, manager, () => undefined, undefined);
      open('box', 'TabModel', 'TabView', CONTROLS, { children: ['IPY_MODEL_a'], selected_index: 0 });
      page.applyItem(widgetItem('box'));
      await steps(3 * step);
      release();
      await steps(step);
      manager.reset();
      page.reset();
      await flush();
      expect([step, complaints]).toEqual([step, []]);
      expect(texts()).toEqual([]);
      expect(manager.has_model('box')).toBe(false);
    }
  });
});
