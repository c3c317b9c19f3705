/** A socket for tests, which are its other end. */
import type { Socket } from '../../src/connection';
import type { Batch, PageMessage, ServerMessage, Welcome } from '../../src/protocol';

export class FakeSocket implements Socket {
  readyState = 0;
  binaryType = 'blob';
  bufferedAmount = 0;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  readonly sent: string[] = [];

  constructor(readonly seen: number) {}

  send(data: string | Uint8Array): void {
    if (this.readyState !== 1) {
      throw new Error('not open');
    }
    this.sent.push(typeof data === 'string' ? data : `binary of ${data.length} bytes`);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The batches that the page has sent. */
  get batches(): [seen: number, first: number, messages: PageMessage[]][] {
    return this.sent
      .map((text): unknown => JSON.parse(text))
      .filter((frame) => Array.isArray(frame)) as [number, number, PageMessage[]][];
  }

  receive(frame: unknown): void {
    this.readyState = 1;
    this.onmessage?.({ data: JSON.stringify(frame) } as MessageEvent<string>);
  }

  welcome(welcome: Partial<Welcome> = {}): void {
    this.receive({ type: 'welcome', mode: 'new', seq: 0, received: 0, ack: 0, ...welcome });
  }

  batch(ack: Batch['ack'], first: number, ...messages: ServerMessage[]): void {
    this.receive([ack, first, messages]);
  }

  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code } as CloseEvent);
  }
}
