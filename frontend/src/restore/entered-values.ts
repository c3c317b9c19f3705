/** Keeps track of the values that the user has entered. */
import type { Json, PageMessage, ServerMessage } from '../protocol';

/** The traits that hold what a user enters, in ipywidgets' controls and similar ones. */
const TRAITS = ['value', 'index', 'selected_index'];
/** Models whose values must not be stored in the browser, or that change by themselves. */
const EXCLUDED = ['PasswordModel', 'PlayModel'];

/** One value that the user has entered. */
export interface Entry {
  /** The widget's position in the order in which the app created its widgets. */
  position: number;
  model: string;
  trait: string;
  /** The serialised value. */
  value: unknown;
}

interface OpenedModel {
  position: number;
  model: string;
  initial: Json;
  entered: Map<string, unknown>;
}

/** Follows the messages of both sides, and knows which values the user has changed. */
export class EnteredValues {
  private readonly opened = new Map<string, OpenedModel>();

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
      // The app has replaced or corrected a value that was entered.
      this.update(message[1], message[2], (entered, trait) => entered.has(trait));
    }
  }

  sent(message: PageMessage): void {
    if (message[0] === 'msg' && message[2]['method'] === 'update') {
      this.update(message[1], message[2], () => true);
    }
  }

  /** The values that differ from the app's initial values. */
  get entries(): Entry[] {
    const of = ({ position, model, entered }: OpenedModel): Entry[] =>
      [...entered].map(([trait, value]) => ({ position, model, trait, value }));
    return [...this.opened.values()].flatMap(of);
  }

  /** Returns the entries that have a widget of the same kind here, each with the widget's id. */
  matching(entries: readonly Entry[]): [id: string, entry: Entry][] {
    const opened = [...this.opened];
    return entries.flatMap((entry): [string, Entry][] => {
      const [id, found] = opened[entry.position] ?? [];
      return id !== undefined && found?.model === entry.model ? [[id, entry]] : [];
    });
  }

  private update(
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
