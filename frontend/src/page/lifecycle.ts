/** Follows the page's lifecycle: when it is closed, shown again, or gets its network back. */
import { closeUrl, type Config } from '../config';
import type { Connection } from '../connection';

/** Calls `restartApp` when a page is shown again whose kernel has ended meanwhile. */
export function watchPage(
  config: Config,
  connection: Connection,
  restartApp: () => void,
): void {
  window.addEventListener('pagehide', () => {
    navigator.sendBeacon(closeUrl(config), config.token);
    connection.leave();
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) {
      // The browser shows the page from its cache. Its kernel ended when the page was closed.
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
