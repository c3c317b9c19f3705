/** Stores entered values in the browser's tab, from one page to the next. */
import type { Entry } from './entered-values';

const KEY = 'sundog-entered:';
const RELOADED_KEY = 'sundog-reloaded';
const RELOAD_AGAIN_AFTER_MS = 10_000;

/** Returns the storage; throws if the browser forbids its use. */
export type GetStorage = () => Storage;

/** Saves entries for the next page of the same path in this tab. */
export function saveEntries(storage: GetStorage, path: string, entries: readonly Entry[]): void {
  try {
    if (entries.length > 0) {
      storage().setItem(KEY + path, JSON.stringify(entries));
    }
  } catch {
    // The browser forbids storage, or it is full: then there is nothing to restore.
  }
}

/** Returns the saved entries, and removes them from the storage. */
export function takeEntries(storage: GetStorage, path: string): Entry[] {
  try {
    const text = storage().getItem(KEY + path);
    storage().removeItem(KEY + path);
    const found: unknown = text === null ? [] : JSON.parse(text);
    return Array.isArray(found) ? (found as Entry[]) : [];
  } catch {
    return [];
  }
}

/**
 * Returns whether the page may reload by itself, and remembers that it does: false if it has done
 * so a few seconds ago. `now` is in milliseconds.
 */
export function mayReload(storage: GetStorage, now: number): boolean {
  try {
    const last = Number(storage().getItem(RELOADED_KEY) ?? -Infinity);
    if (now - last < RELOAD_AGAIN_AFTER_MS) {
      return false;
    }
    storage().setItem(RELOADED_KEY, String(now));
    return true;
  } catch {
    // Without storage, the page might reload for ever.
    return false;
  }
}
