/** The page around the app: its status, errors, output area and connection. */
export { PageArea } from './area';
export { PageChannel } from './channel';
export { ConnectionHandlers } from './connection-handlers';
export { ErrorPanel } from './error-panel';
export { watchPage } from './lifecycle';
export { MessageRouter } from './message-router';
export { Restart } from './restart';
export { Status } from './status';
export { startTheme } from './theme';
