/** Loads code and other files when they are needed, and retries when the network fails. */
export { fetchChunk } from './chunk';
export { lazy } from './lazy';
export { LoadError, RETRY_DELAYS_MS, withRetry } from './retry';
export { loadInOrder, loadScript } from './script';
export { server } from './server';
