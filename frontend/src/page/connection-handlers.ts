/** Shows in the page what the connection reports. */
import type { Connection, ConnectionState, DevelopmentHandlers, Handlers } from '../connection';
import type { Navigation } from '../navigation';
import type { ServerMessage } from '../protocol';
import type { EnteredValues } from '../restore';
import type { Manager } from '../widgets';
import type { PageArea } from './area';
import type { PageChannel } from './channel';
import type { ErrorPanel } from './error-panel';
import type { MessageRouter } from './message-router';
import type { Restart } from './restart';
import type { Status } from './status';

/** The parts of the page that change with its connection. */
export interface PageParts {
  connection: Pick<Connection, 'wake'>;
  channel: PageChannel;
  router: MessageRouter;
  manager: Pick<Manager, 'beginSync' | 'endSync' | 'reset'>;
  area: Pick<PageArea, 'beginSync' | 'endSync' | 'reset'>;
  navigation: Pick<Navigation, 'opening' | 'reset'>;
  entered: Pick<EnteredValues, 'clear'>;
  status: Status;
  errors: ErrorPanel;
  restart: Pick<Restart, 'ended'>;
  /** Is told whether the server can be reached. */
  server: { connected: boolean };
  /** The app's first run has ended. */
  onReady: () => void;
}

export class ConnectionHandlers implements Handlers {
  constructor(
    private readonly parts: PageParts,
    readonly development: DevelopmentHandlers | undefined,
  ) {}

  opening(): void {
    this.parts.navigation.opening();
  }

  message(message: ServerMessage, buffers: DataView[]): void {
    this.parts.channel.received(message, buffers);
    this.parts.router.route(message, buffers);
  }

  beginSync(): void {
    this.parts.manager.beginSync();
    this.parts.area.beginSync();
  }

  endSync(): void {
    this.parts.manager.endSync();
    this.parts.area.endSync();
    this.parts.onReady();
  }

  reset(): void {
    const { manager, area, navigation, entered, errors, status } = this.parts;
    manager.reset();
    area.reset();
    navigation.reset();
    entered.clear();
    errors.clear();
    status.loading();
  }

  status(state: string, text: string): void {
    if (state === 'reloading' || text === '') {
      this.parts.status.reloading(text);
    } else {
      this.parts.status.progress(text);
    }
  }

  state(state: ConnectionState): void {
    const { status, connection, restart, server } = this.parts;
    server.connected = state.name !== 'reconnecting';
    switch (state.name) {
      case 'connecting':
        break;
      case 'left':
      case 'open':
        // A page that is being closed does not reconnect, so it must not say that it does.
        status.connected();
        break;
      case 'reconnecting':
        status.reconnecting(state.reason ?? 'Connection lost. Reconnecting…', () =>
          connection.wake(),
        );
        break;
      case 'ended':
        restart.ended(state.known);
        break;
    }
  }

  dropped(reason: string): void {
    const title = 'The app did not receive your last input';
    this.parts.errors.show({ id: '', title, text: reason });
  }
}
