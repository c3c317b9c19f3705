/** The page's connection to its kernel. */
export { Connection } from './connection';
export type { ConnectionState, DevelopmentHandlers, Handlers } from './handlers';
export type { EarlySocket, Socket } from './transport';
