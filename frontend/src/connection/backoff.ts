/** Delays between attempts to connect. */

const FIRST_MS = 250;
const MAX_MS = 15_000;

/**
 * Returns the delay before the next attempt, in milliseconds. It doubles with each failed attempt (0
 * for the first), up to a limit. Half of it is random, so that the pages of a restarted server do not
 * reconnect all at once.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}
