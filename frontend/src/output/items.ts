/** The items of an output area, and how each message of the server changes them. No I/O. */
import type { Json, OutputItem } from '../protocol';
import { MAX_TEXT_LENGTH, shortened } from './cut-text';

export const WIDGET_VIEW = 'application/vnd.jupyter.widget-view+json';

export type Change =
  | { kind: 'append'; item: OutputItem }
  /** Text was added to a stream. */
  | { kind: 'extend'; index: number; text: string; item: OutputItem }
  | { kind: 'replace'; index: number; item: OutputItem }
  /** All items are removed; with `wait`, only when the next one is shown. */
  | { kind: 'clear'; wait: boolean }
  /** Some items are replaced by others. */
  | { kind: 'splice'; index: number; remove: number; items: OutputItem[] }
  /** The items from an index on are removed. */
  | { kind: 'truncate'; length: number };

export type MimeBundle = Record<string, unknown>;

export function mimeBundle(item: OutputItem): MimeBundle {
  return (item['data'] ?? {}) as MimeBundle;
}

/** Joins the lines of a multi-line string of a notebook. */
export function joined(text: unknown): string {
  return Array.isArray(text) ? text.join('') : typeof text === 'string' ? text : '';
}

/** Whether two items look the same; for widgets, only the model is compared. */
function looksSame(one: OutputItem, other: OutputItem): boolean {
  const ids = [one, other].map(
    (item) => (mimeBundle(item)[WIDGET_VIEW] as Json | undefined)?.['model_id'],
  );
  if (ids[0] !== undefined && displayId(one) === undefined && displayId(other) === undefined) {
    return ids[0] === ids[1];
  }
  return JSON.stringify(one) === JSON.stringify(other);
}

function displayId(item: OutputItem): unknown {
  return (item['transient'] as Json | undefined)?.['display_id'];
}

export class AreaItems {
  items: OutputItem[] = [];
  private clearBeforeNext = false;

  apply(item: OutputItem): Change[] {
    switch (item.output_type) {
      case 'clear_output':
        return this.clear(Boolean(item['wait']));
      case 'update_display_data':
        return this.update(item);
      default:
        return this.append(item);
    }
  }

  /** Replaces the items; equal ones at the beginning and the end are not touched. */
  reset(items: readonly OutputItem[]): Change[] {
    this.clearBeforeNext = false;
    let same = 0;
    while (
      same < items.length &&
      same < this.items.length &&
      looksSame(items[same]!, this.items[same]!)
    ) {
      same += 1;
    }
    const shorter = Math.min(items.length, this.items.length);
    let after = 0;
    while (after < shorter - same && looksSame(items.at(-1 - after)!, this.items.at(-1 - after)!)) {
      after += 1;
    }
    if (after > 0) {
      const remove = this.items.length - same - after;
      const added = items.slice(same, items.length - after);
      this.items = [...items];
      const nothing = remove === 0 && added.length === 0;
      return nothing ? [] : [{ kind: 'splice', index: same, remove, items: added }];
    }
    const changes: Change[] = [];
    if (same < this.items.length) {
      const wait = same === 0 && items.length > 0;
      this.items = this.items.slice(0, same);
      changes.push(same === 0 ? { kind: 'clear', wait } : { kind: 'truncate', length: same });
    }
    for (const item of items.slice(same)) {
      changes.push(...this.append(item));
    }
    return changes;
  }

  private append(item: OutputItem): Change[] {
    const changes: Change[] = [];
    if (this.clearBeforeNext) {
      this.clearBeforeNext = false;
      if (this.items.length > 0) {
        this.items = [];
        changes.push({ kind: 'clear', wait: true });
      }
    }
    const index = this.items.length - 1;
    const last = this.items[index];
    if (
      item.output_type === 'stream' &&
      last?.output_type === 'stream' &&
      last['name'] === item['name']
    ) {
      const text = joined(item['text']);
      const whole = joined(last['text']) + text;
      const isCut = whole.length > MAX_TEXT_LENGTH;
      const extended = { ...last, text: isCut ? shortened(whole) : whole };
      this.items = [...this.items.slice(0, index), extended];
      changes.push(
        isCut
          ? { kind: 'replace', index, item: extended }
          : { kind: 'extend', index, text, item: extended },
      );
      return changes;
    }
    this.items = [...this.items, item];
    changes.push({ kind: 'append', item });
    return changes;
  }

  private clear(wait: boolean): Change[] {
    this.clearBeforeNext = wait;
    if (wait || this.items.length === 0) {
      return [];
    }
    this.items = [];
    return [{ kind: 'clear', wait: false }];
  }

  private update(update: OutputItem): Change[] {
    const id = displayId(update);
    const changes: Change[] = [];
    if (id === undefined) {
      return changes;
    }
    this.items = this.items.map((item, index) => {
      if (displayId(item) !== id) {
        return item;
      }
      const replaced = { ...item, data: update['data'], metadata: update['metadata'] ?? {} };
      changes.push({ kind: 'replace', index, item: replaced });
      return replaced;
    });
    return changes;
  }
}
