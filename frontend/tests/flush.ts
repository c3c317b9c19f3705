/** Runs everything that is queued: promise callbacks, and timers without a delay. */
export const flush = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
