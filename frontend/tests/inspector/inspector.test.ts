// @vitest-environment happy-dom
import { WidgetModel } from '@jupyter-widgets/base';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Inspector } from '../../src/inspector';
import { caption, className, widgetTree, type Node } from '../../src/inspector/models';
import { describe as describeMessage, type Entry, TrafficLog } from '../../src/inspector/traffic';
import { plain } from '../../src/inspector/traits-view';

function model(id: string, name: string, traits: Record<string, unknown> = {}): WidgetModel {
  const options = { widget_manager: {} as never, model_id: id };
  const made = new WidgetModel(traits, options);
  made.name = `${name}Model`;
  return made;
}

const names = (nodes: readonly Node[]): unknown[] =>
  nodes.map((node) => [
    `${node.trait}${node.trait && ' '}${className(node.model)}`,
    ...names(node.children),
  ]);

describe('the tree', () => {
  it('has below each widget those that it holds, and layouts only when they are asked for', () => {
    const layout = model('l', 'Layout');
    const slider = model('s', 'IntSlider', { layout });
    const inner = model('i', 'HBox', { children: [slider] });
    const link = model('k', 'Link', { source: [slider, 'value'] });
    const box = model('b', 'VBox', { children: [inner] });
    const all = [layout, slider, link, inner, box];
    expect(names(widgetTree(all, false))).toEqual([
      ['Link', ['source IntSlider']],
      ['VBox', ['HBox', ['IntSlider']]],
    ]);
    expect(names(widgetTree([slider, layout], true))).toEqual([['IntSlider', ['layout Layout']]]);
  });

  it('shows those that hold each other, once in each other', () => {
    const one = model('1', 'One');
    const two = model('2', 'Two', { other: one });
    one.set('other', two);
    expect(names(widgetTree([one, two], false))).toEqual([['One', ['other Two']]]);
  });

  it('tells widgets of a class apart', () => {
    expect(caption(model('t', 'HTML', { value: '<b>Bold</b>\n words' }))).toBe('Bold words');
    expect(caption(model('t', 'Text', { value: 'x'.repeat(50) }))).toHaveLength(40);
    expect(caption(model('t', 'IntText', { description: '', value: 0 }))).toBe('0');
    const own = model('a', 'Any', { _anywidget_id: '__main__.Stars' });
    expect([className(own), className(model('b', 'Box'))]).toEqual(['Stars', 'Box']);
  });
});

describe('the traffic', () => {
  it('says what a message is', () => {
    expect(describeMessage(['msg', 'c', { method: 'update', state: { value: 1, index: 2 } }])).toBe(
      'update value, index',
    );
    expect(describeMessage(['msg', 'c', { method: 'custom', content: { event: 'click' } }])).toBe(
      'custom click',
    );
    expect(describeMessage(['open', 'c', 'jupyter.widget', {}, {}])).toBe('open');
    expect(describeMessage(['output', '', { output_type: 'stream' }])).toBe('output stream');
  });

  it('measures sizes and times', () => {
    let now = 10;
    const log = new TrafficLog(() => now);
    const told: Entry[] = [];
    log.onEntry = (entry) => told.push({ ...entry });
    log.sent('p:1', ['msg', 'c', { method: 'custom', content: 'é' }], [new Uint8Array(100)]);
    now = 35;
    log.handled('p:1', 12.5);
    log.acknowledged('p:1');
    log.acknowledged('p:1');
    log.received(['none'], []);
    expect(log.entries).toMatchObject([
      { direction: 'sent', comm: 'c', roundTrip: 25, server: 12.5 },
      { direction: 'received', comm: '', bytes: '["none"]'.length, at: 35 },
    ]);
    const json = '["msg","c",{"method":"custom","content":"é"}]';
    expect(log.entries[0]!.bytes).toBe(json.length + 1 + 100);
    expect(told.map((entry) => entry.number)).toEqual([1, 1, 1, 2]);
  });

  it('keeps the last messages, and none that is huge', () => {
    const log = new TrafficLog();
    for (let count = 0; count < 600; count += 1) {
      log.received(['title', String(count)], []);
    }
    expect(log.entries.map((entry) => entry.what)).toHaveLength(500);
    expect(log.entries[0]!.what).toBe('title 100');
    log.received(['title', 'x'.repeat(300_000)], []);
    expect(log.entries.at(-1)!.text).toBeUndefined();
  });
});

describe('the panel', () => {
  afterEach(() => {
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  async function open(...models: WidgetModel[]) {
    vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw));
    const byId = new Map(models.map((each) => [each.model_id, each]));
    const close = vi.fn();
    const inspector = new Inspector({
      models: {
        modelIds: [...byId.keys()],
        has_model: (id) => byId.has(id),
        get_model: (id) => Promise.resolve(byId.get(id)!),
      },
      close,
      height: 300,
      onHeight: () => undefined,
    });
    const drawn = async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve));
      }
    };
    await vi.waitFor(() =>
      expect(document.querySelectorAll('[role=treeitem]')).toHaveLength(models.length),
    );
    const panel = document.querySelector<HTMLElement>('#sundog-inspector')!;
    const item = (id: string) => panel.querySelector<HTMLElement>(`[data-id="${id}"]`)!;
    const trait = (name: string) => panel.querySelector(`tr[data-trait="${name}"] td`)?.textContent;
    const press = (key: string) =>
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    return { inspector, panel, item, trait, press, drawn, close, byId };
  }

  it('shows the traits of the widget that is chosen by keys, and what becomes of them', async () => {
    const slider = model('s', 'IntSlider', { value: 3, _view_name: 'x' });
    const box = model('b', 'VBox', { children: [slider] });
    const { inspector, trait, press, drawn, item } = await open(slider, box);
    inspector.focus();
    expect(document.activeElement).toBe(item('b'));
    press('ArrowDown');
    press('Enter');
    expect(item('s').getAttribute('aria-selected')).toBe('true');
    expect(trait('value')).toBe('3');
    expect(trait('_view_name')).toBeUndefined();
    slider.set('value', 4);
    await drawn();
    expect(trait('value')).toBe('4');
    press('ArrowLeft');
    press('ArrowLeft');
    expect(item('b').getAttribute('aria-expanded')).toBe('false');
    inspector.remove();
    expect(document.querySelector('#sundog-inspector')).toBeNull();
  });

  it('changes a trait, but not to what is no JSON', async () => {
    const text = model('t', 'Text', { value: 'old' });
    const save = vi.spyOn(text, 'save_changes').mockReturnValue(undefined);
    const { panel, item, press } = await open(text);
    item('t').querySelector('div')!.click();
    panel.querySelector<HTMLElement>('tr[data-trait="value"] button')!.click();
    const field = panel.querySelector<HTMLInputElement>('td input')!;
    field.value = '"half';
    press('Enter');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(save).not.toHaveBeenCalled();
    field.value = '"new"';
    press('Enter');
    expect(text.get('value')).toBe('new');
    expect(save).toHaveBeenCalledOnce();
  });

  it('logs messages, and shows the one that is chosen', async () => {
    const label = model('l', 'Label', { description: 'Sum' });
    const { inspector, panel, drawn } = await open(label);
    inspector.sent('p:1', ['msg', 'l', { method: 'update', state: { value: 9 } }], []);
    inspector.acknowledged('p:1');
    inspector.handled('p:1', 250);
    await drawn();
    const row = panel.querySelector<HTMLTableRowElement>('.sundog-inspector-log tbody tr')!;
    const cells = [...row.cells].map((cell) => cell.textContent);
    expect(cells[1]).toBe('↑');
    expect(cells[2]).toBe('Label Sum');
    expect(cells[3]).toBe('update value');
    expect(cells[6]).toBe('250 ms');
    expect(row.cells[6]!.classList.contains('slow')).toBe(true);
    row.click();
    expect(panel.querySelector('.detail')!.textContent).toContain('9');
  });

  it('shows widgets that come, and not those that are gone', async () => {
    const first = model('1', 'Label');
    const { inspector, item, byId } = await open(first);
    const second = model('2', 'Label');
    byId.set('2', second);
    inspector.received(['open', '2', 'jupyter.widget', {}, {}], []);
    await vi.waitFor(() => expect(item('2')).not.toBeNull());
    first.trigger('destroy', first);
    await vi.waitFor(() => expect(item('1')).toBeNull());
  });

  it('closes by Escape', async () => {
    const { inspector, press, close } = await open(model('1', 'Label'));
    inspector.focus();
    press('Escape');
    expect(close).toHaveBeenCalledOnce();
  });
});

describe('values', () => {
  it('are shown as JSON as far as they are that', () => {
    const deep: unknown[] = [];
    deep.push(deep);
    expect(JSON.stringify(plain(deep))).toContain('…');
    expect(plain({ bytes: new DataView(new ArrayBuffer(2048)), widget: model('w', 'Box') })).toEqual({
      bytes: '<2.0 kB of bytes>',
      widget: '<Box>',
    });
    expect(plain(NaN)).toBe('NaN');
  });
});
