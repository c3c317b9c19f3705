/** Outlines a widget in the page, and finds the widget of an element. */
import type { DOMWidgetView, WidgetModel } from '@jupyter-widgets/base';

async function elementsOf(model: WidgetModel): Promise<HTMLElement[]> {
  const made = await Promise.allSettled(Object.values(model.views ?? {}));
  return made
    .flatMap((view) => (view.status === 'fulfilled' ? [(view.value as DOMWidgetView).el] : []))
    .filter((element) => element?.isConnected);
}

/** An outline around the views of one widget. */
export class Outline {
  private readonly boxes: HTMLElement[] = [];
  private wanted: WidgetModel | undefined;

  async show(model: WidgetModel | undefined): Promise<void> {
    this.wanted = model;
    const elements = model === undefined ? [] : await elementsOf(model);
    if (this.wanted !== model) {
      return;
    }
    this.boxes.splice(0).forEach((box) => box.remove());
    for (const element of elements) {
      const { left, top, width, height } = element.getBoundingClientRect();
      const box = document.createElement('div');
      box.className = 'sundog-inspector-mark';
      Object.assign(box.style, {
        left: `${left}px`,
        top: `${top}px`,
        width: `${width}px`,
        height: `${height}px`,
      });
      document.body.append(box);
      this.boxes.push(box);
    }
  }
}

/** Returns the innermost widget whose view contains an element. */
export async function widgetAt(
  models: readonly WidgetModel[],
  element: Element,
): Promise<WidgetModel | undefined> {
  const owners = new Map<Element, WidgetModel>();
  await Promise.all(
    models.map(async (model) => {
      for (const each of await elementsOf(model)) {
        owners.set(each, model);
      }
    }),
  );
  for (let each: Element | null = element; each !== null; each = each.parentElement) {
    const owner = owners.get(each);
    if (owner !== undefined) {
      return owner;
    }
  }
  return undefined;
}
