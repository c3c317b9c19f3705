// @vitest-environment happy-dom
import { WidgetModel } from '@jupyter-widgets/base';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Inspector } from '../../src/inspector';
import { flush } from '../flush';

function model(id: string, name: string, traits: Record<string, unknown> = {}): WidgetModel {
  const options = { widget_manager: {} as never, model_id: id };
  const made = new WidgetModel(traits, options);
  made.name = `${name}Model`;
  return made;
}

describe('Inspector', () => {
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
        await flush();
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

  it('shows the traits of the widget that is selected with the keyboard, and their changes', async () => {
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

  it('changes a trait, but only to valid JSON', async () => {
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

  it('logs messages, and shows the selected one', async () => {
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

  it('shows new widgets, and removes closed ones', async () => {
    const first = model('1', 'Label');
    const { inspector, item, byId } = await open(first);
    const second = model('2', 'Label');
    byId.set('2', second);
    inspector.received(['open', '2', 'jupyter.widget', {}, {}], []);
    await vi.waitFor(() => expect(item('2')).not.toBeNull());
    first.trigger('destroy', first);
    await vi.waitFor(() => expect(item('1')).toBeNull());
  });

  it('closes on Escape', async () => {
    const { inspector, press, close } = await open(model('1', 'Label'));
    inspector.focus();
    press('Escape');
    expect(close).toHaveBeenCalledOnce();
  });
});
