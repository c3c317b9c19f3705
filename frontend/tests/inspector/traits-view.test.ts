// @vitest-environment happy-dom
import { WidgetModel } from '@jupyter-widgets/base';
import { describe, expect, it } from 'vitest';
import { plain } from '../../src/inspector/traits-view';

function model(id: string, name: string, traits: Record<string, unknown> = {}): WidgetModel {
  const options = { widget_manager: {} as never, model_id: id };
  const made = new WidgetModel(traits, options);
  made.name = `${name}Model`;
  return made;
}

describe('plain', () => {
  it('returns values as JSON, and describes what JSON does not have', () => {
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
