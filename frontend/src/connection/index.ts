/** The page's connection to its kernel. */
export { Connection,
  type ConnectionState,
  type DevelopmentHandlers,
  type Handlers,
} from './connection';
export type { EarlySocket, Socket } from './transport';
