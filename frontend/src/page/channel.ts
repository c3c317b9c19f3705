/** Sends the page's messages, and lets others see them. */
import type { Connection } from '../connection';
import type { Traffic } from '../inspector/traffic';
import type { Buffer, PageMessage, ServerMessage } from '../protocol';
import type { Channel } from '../widgets';

/** Sees the messages of both sides. */
export interface MessageListener {
  sent(message: PageMessage): void;
  received(message: ServerMessage): void;
}

export class PageChannel implements Channel {
  /** In development, logs the messages while the inspector is open. */
  traffic: Traffic | undefined;

  constructor(
    private readonly connection: Pick<Connection, 'send'>,
    private readonly listener: MessageListener,
  ) {}

  send(message: PageMessage, buffers?: readonly Buffer[], onAcknowledged?: () => void): string {
    this.listener.sent(message);
    const id = this.connection.send(message, buffers, () => {
      onAcknowledged?.();
      this.traffic?.acknowledged(id);
    });
    this.traffic?.sent(id, message, buffers ?? []);
    return id;
  }

  /** A message of the server has arrived. */
  received(message: ServerMessage, buffers: readonly Buffer[]): void {
    this.listener.received(message);
    this.traffic?.received(message, buffers);
  }
}
