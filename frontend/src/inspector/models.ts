/** Puts the page's widgets into a tree, by the widgets that their traits contain. */
import { WidgetModel } from '@jupyter-widgets/base';

export interface Node {
  readonly id: string;
  readonly model: WidgetModel;
  /** The parent's trait that contains the widget; empty for `children` and at the top. */
  readonly trait: string;
  readonly children: readonly Node[];
}

const MAX_DEPTH = 4;

/** Models that most widgets have and that are rarely of interest. */
const INTERNAL = /^(Layout|\w*Style)Model$/;

export function isInternal(model: WidgetModel): boolean {
  return INTERNAL.test(model.name);
}

/** Returns the name of a widget's class in Python. */
export function className(model: WidgetModel): string {
  // All widgets of anywidget have the same model class.
  const own: unknown = model.get('_anywidget_id');
  const name = typeof own === 'string' ? own.split('.').at(-1) : undefined;
  return name || (model.name || 'Widget').replace(/Model$/, '');
}

/** Returns a text by which a widget can be told from others of its class. */
export function caption(model: WidgetModel): string {
  for (const name of ['description', 'title', 'label', 'value', 'placeholder']) {
    const value: unknown = model.get(name);
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && text.trim() !== '') {
      const line = text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim();
      return line.length > 40 ? `${line.slice(0, 39)}…` : line;
    }
  }
  return '';
}

/** Returns the widgets that the value of a trait contains, each once, in order. */
export function widgetsIn(value: unknown, depth = 0): WidgetModel[] {
  if (value instanceof WidgetModel) {
    return [value];
  }
  if (depth >= MAX_DEPTH || typeof value !== 'object' || value === null) {
    return [];
  }
  const inside = Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : [];
  return [...new Set(inside.flatMap((each) => widgetsIn(each, depth + 1)))];
}

export function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Returns models as a tree: below each model those that its traits contain. */
export function widgetTree(models: readonly WidgetModel[], withInternal: boolean): Node[] {
  const shown = models.filter((model) => withInternal || !isInternal(model));
  const known = new Set(shown);
  const held = new Map<WidgetModel, [trait: string, model: WidgetModel][]>();
  const inside = new Set<WidgetModel>();
  for (const model of shown) {
    const pairs: [string, WidgetModel][] = [];
    for (const [trait, value] of Object.entries(model.attributes)) {
      for (const each of widgetsIn(value)) {
        if (each !== model && known.has(each)) {
          pairs.push([trait, each]);
          inside.add(each);
        }
      }
    }
    held.set(model, pairs);
  }
  const placed = new Set<WidgetModel>();
  const node = (model: WidgetModel, trait: string, above: ReadonlySet<WidgetModel>): Node => {
    placed.add(model);
    const path = new Set(above).add(model);
    const children = (held.get(model) ?? [])
      .filter(([, child]) => !path.has(child))
      .map(([name, child]) => node(child, name === 'children' ? '' : name, path));
    return { id: model.model_id, model, trait, children };
  };
  const none = new Set<WidgetModel>();
  const roots = shown.filter((model) => !inside.has(model)).map((model) => node(model, '', none));
  // Models that only contain each other have no parent.
  for (const model of shown) {
    if (!placed.has(model)) {
      roots.push(node(model, '', none));
    }
  }
  return roots;
}
