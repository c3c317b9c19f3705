/** How long to wait before the next attempt to connect. */

const FIRST_MS = 250;
const MAX_MS = 15_000;

/**
 * Doubles with each failed attempt (0 for the first), up to a limit. The upper half is chance, so
 * that the pages of a restarted server don't come back all at once.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}
