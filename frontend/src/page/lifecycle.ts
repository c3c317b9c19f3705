/** The page's own comings and goings: being left, being shown again, the network's return. */
import { closeUrl, type Config } from './config';
import type { Connection } from '../connection';

/** `restartApp` is for a page whose kernel has ended meanwhile. */
export function watchPage(
  config: Config,
  connection: Connection,
  restartApp: () => void,
): void {
  window.addEventListener('pagehide', () => {
    navigator.sendBeacon(closeUrl(config));
    connection.leave();
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) {
      // Out of the browser's memory: its kernel has ended with the beacon.
      restartApp();
    }
  });
  window.addEventListener('online', () => connection.wake());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') {
      connection.wake();
    }
  });
}
