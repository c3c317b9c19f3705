/**
 * What the user has entered, kept over a fresh start: when a kernel has ended, the new page offers
 * to put it back.
 */
import type { WidgetModel } from '@jupyter-widgets/base';
import type { Json, PageMessage, ServerMessage } from '../protocol';

/** The traits that hold what a user enters, in ipywidgets' controls and those like them. */
const TRAITS = ['value', 'index', 'selected_index'];
/** What may not lie about in the browser, and what changes by itself. */
const EXCLUDED = ['PasswordModel', 'PlayModel'];
const KEY = 'sundog-entered:';
const RELOADED_KEY = 'sundog-reloaded';
const RELOAD_AGAIN_AFTER_MS = 10_000;

/** One value; its widget is named by its place in the order in which the app made widgets. */
export interface Entry {
  position: number;
  model: string;
  trait: string;
  /** As it travels: serialised. */
  value: unknown;
}

interface Opened {
  position: number;
  model: string;
  initial: Json;
  entered: Map<string, unknown>;
}

/** What putting values back needs of the widget manager. */
export interface Models {
  has_model(id: string): boolean;
  get_model(id: string): Promise<WidgetModel>;
}

interface ModelClass {
  _deserialize_state(state: Json, manager: unknown): Promise<Json>;
}

/** Follows the messages of both sides, and knows which values the user has changed. */
export class EnteredValues {
  private readonly opened = new Map<string, Opened>();

  clear(): void {
    this.opened.clear();
  }

  received(message: ServerMessage): void {
    if (message[0] === 'open' && !this.opened.has(message[1])) {
      const state = (message[3]['state'] ?? {}) as Json;
      const model = String(state['_model_name']);
      const position = this.opened.size;
      this.opened.set(message[1], { position, model, initial: state, entered: new Map() });
    } else if (message[0] === 'msg' && message[2]['method'] === 'update') {
      // The app has put another value in its place, or a corrected one.
      this.note(message[1], message[2], (entered, trait) => entered.has(trait));
    }
  }

  sent(message: PageMessage): void {
    if (message[0] === 'msg' && message[2]['method'] === 'update') {
      this.note(message[1], message[2], () => true);
    }
  }

  /** The values that differ from what the app has begun with. */
  get entries(): Entry[] {
    const of = ({ position, model, entered }: Opened): Entry[] =>
      [...entered].map(([trait, value]) => ({ position, model, trait, value }));
    return [...this.opened.values()].flatMap(of);
  }

  /** Returns the entries that have a widget here, each with the widget's id. */
  matching(entries: readonly Entry[]): [id: string, entry: Entry][] {
    const opened = [...this.opened];
    return entries.flatMap((entry): [string, Entry][] => {
      const [id, found] = opened[entry.position] ?? [];
      return id !== undefined && found?.model === entry.model ? [[id, entry]] : [];
    });
  }

  private note(
    id: string,
    data: Json,
    counts: (entered: Map<string, unknown>, trait: string) => boolean,
  ): void {
    const opened = this.opened.get(id);
    const binary = ((data['buffer_paths'] ?? []) as unknown[]).length > 0;
    if (opened === undefined || binary || EXCLUDED.includes(opened.model)) {
      return;
    }
    const { entered, initial } = opened;
    for (const [trait, value] of Object.entries((data['state'] ?? {}) as Json)) {
      if (!TRAITS.includes(trait) || !counts(entered, trait)) {
        continue;
      }
      if (JSON.stringify(value) === JSON.stringify(initial[trait])) {
        entered.delete(trait);
      } else {
        entered.set(trait, value);
      }
    }
  }
}

/** Keeps entries for the next page of the same address in this tab. */
export function saveEntries(storage: () => Storage, path: string, entries: readonly Entry[]): void {
  try {
    if (entries.length > 0) {
      storage().setItem(KEY + path, JSON.stringify(entries));
    }
  } catch {
    // Without storage, or with too much for it, there is nothing to offer.
  }
}

/** Returns what was kept, once. */
export function loadEntries(storage: () => Storage, path: string): Entry[] {
  try {
    const text = storage().getItem(KEY + path);
    storage().removeItem(KEY + path);
    const found: unknown = text === null ? [] : JSON.parse(text);
    return Array.isArray(found) ? (found as Entry[]) : [];
  } catch {
    return [];
  }
}

/** Whether the page may reload by itself; notes that it does. Not again within some seconds. */
export function mayReload(storage: () => Storage, now: number): boolean {
  try {
    const last = Number(storage().getItem(RELOADED_KEY) ?? -Infinity);
    if (now - last < RELOAD_AGAIN_AFTER_MS) {
      return false;
    }
    storage().setItem(RELOADED_KEY, String(now));
    return true;
  } catch {
    // What can't be noted could go on for ever.
    return false;
  }
}

/** Sets values as if the user entered them. */
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
      console.error('A value could not be put back', error);
    }
  }
}

/** Asks whether to put back what was entered. */
export function offerRestore(parent: HTMLElement, onAccept: () => void): void {
  const bar = document.createElement('div');
  bar.id = 'sundog-restore';
  bar.setAttribute('role', 'region');
  bar.setAttribute('aria-label', 'What you had entered');
  bar.setAttribute('aria-live', 'polite');
  parent.append(bar);
  const text = document.createElement('div');
  text.textContent = 'Put back what you had entered?';
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
    button('Put back', onAccept),
    button('Dismiss', () => undefined),
  );
}
