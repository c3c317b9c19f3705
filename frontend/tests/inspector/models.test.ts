// @vitest-environment happy-dom
import { WidgetModel } from '@jupyter-widgets/base';
import { describe, expect, it } from 'vitest';
import { caption, className, widgetTree, type Node } from '../../src/inspector/models';

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

describe('widgetTree', () => {
  it('puts widgets below those that contain them, and leaves out layouts unless asked', () => {
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

  it('shows widgets that contain each other once each', () => {
    const one = model('1', 'One');
    const two = model('2', 'Two', { other: one });
    one.set('other', two);
    expect(names(widgetTree([one, two], false))).toEqual([['One', ['other Two']]]);
  });

  it('gives widgets of a class different captions', () => {
    expect(caption(model('t', 'HTML', { value: '<b>Bold</b>\n words' }))).toBe('Bold words');
    expect(caption(model('t', 'Text', { value: 'x'.repeat(50) }))).toHaveLength(40);
    expect(caption(model('t', 'IntText', { description: '', value: 0 }))).toBe('0');
    const own = model('a', 'Any', { _anywidget_id: '__main__.Stars' });
    expect([className(own), className(model('b', 'Box'))]).toEqual(['Stars', 'Box']);
  });
});
