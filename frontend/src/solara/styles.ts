/**
 * Removes the styles of `solara.Style` with their widget.
 *
 * ipyvue adds a template's styles to the page while it compiles the template, and the widget removes
 * them when its component is unmounted. A widget that is closed in between, because the user was
 * quick, is never mounted, so its styles would stay for ever.
 */
import type { WidgetModel } from '@jupyter-widgets/base';

// In the styles themselves; unique for each widget.
const MARKER = /\/\* (solara-style-[\w-]+) \*\//;

type Model = Pick<WidgetModel, 'get' | 'once'>;

/** Returns what is to be called with every new model of the page. */
export function removeStyles(document: Document): (model: Model) => void {
  const closed = new Set<string>();
  const remove = () => {
    for (const style of document.querySelectorAll('style')) {
      const marker = MARKER.exec(style.textContent)?.[1];
      if (marker !== undefined && closed.has(marker)) {
        style.remove();
      }
    }
  };
  // They may be added when the widget is closed already.
  const observer = new MutationObserver(remove);
  let observes = false;
  return (model) => {
    const template: unknown = model.get('template');
    const marker = typeof template === 'string' ? MARKER.exec(template)?.[1] : undefined;
    if (marker === undefined) {
      return;
    }
    closed.delete(marker);
    model.once('destroy', () => {
      closed.add(marker);
      remove();
      if (!observes) {
        observes = true;
        observer.observe(document.head, { childList: true });
      }
    });
  };
}
