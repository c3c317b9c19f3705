/** Offers to restore what the user had entered, and restores it. */
import type { WidgetModel } from '@jupyter-widgets/base';
import type { Json } from '../protocol';
import type { Entry } from './entered-values';

/** The part of the widget manager that restoring values needs. */
export interface Models {
  has_model(id: string): boolean;
  get_model(id: string): Promise<WidgetModel>;
}

interface ModelClass {
  _deserialize_state(state: Json, manager: unknown): Promise<Json>;
}

/** Sets values as if the user had entered them. */
export async function restoreValues(
  models: Models,
  matching: readonly [id: string, entry: Entry][],
): Promise<void> {
  for (const [id, { trait, value }] of matching) {
    if (!models.has_model(id)) {
      continue;
    }
    try {
      const model = await models.get_model(id);
      const Model = model.constructor as unknown as ModelClass;
      model.set(await Model._deserialize_state({ [trait]: value }, models));
      model.save_changes();
    } catch (error) {
      console.error('A value could not be restored', error);
    }
  }
}

/** Asks the user whether to restore what was entered. */
export function offerRestore(parent: HTMLElement, onAccept: () => void): void {
  const bar = document.createElement('div');
  bar.id = 'sundog-restore';
  bar.setAttribute('role', 'region');
  bar.setAttribute('aria-label', 'What you entered');
  bar.setAttribute('aria-live', 'polite');
  parent.append(bar);
  const text = document.createElement('div');
  text.textContent = 'Restore what you entered?';
  const button = (label: string, action: () => void) => {
    const element = document.createElement('button');
    element.type = 'button';
    element.textContent = label;
    element.addEventListener('click', () => {
      bar.remove();
      action();
    });
    return element;
  };
  bar.append(
    text,
    button('Restore', onAccept),
    button('Dismiss', () => undefined),
  );
}
