/** What is asked of a WebSocket, and the one that the page's inline script has opened. */
import type { Batch, Control } from '../protocol';
import { decodeFrame } from '../protocol';

export interface Socket {
  readyState: number;
  binaryType: string;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<string | ArrayBuffer>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
}

/** The socket that the page's inline script has opened, and what has arrived on it. */
export interface EarlySocket {
  socket: Socket;
  frames: (string | ArrayBuffer)[];
  /** The code that it was closed with, if it was. */
  closed?: number;
}

const OPEN = 1;
const CLOSED = 3;
/** What a browser says of a connection that ended without a word. */
const ABNORMAL = 1006;

export interface TransportHandlers {
  frame(frame: Batch | Control): void;
  closed(code: number): void;
}

/** The present socket, if there is one: what a former one still says is not heard. */
export class Transport {
  private socket: Socket | undefined;

  constructor(private readonly handlers: TransportHandlers) {}

  get isOpen(): boolean {
    return this.socket?.readyState === OPEN;
  }

  /** Takes a socket in the place of the one before. */
  adopt(socket: Socket): void {
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = (event) => {
      if (socket === this.socket) {
        this.receive(event.data);
      }
    };
    socket.onclose = (event) => this.closed(socket, event.code);
  }

  /** Takes the early socket, and hears what has arrived on it. */
  adoptEarly(early: EarlySocket): void {
    this.adopt(early.socket);
    for (const frame of early.frames) {
      if (this.socket === early.socket) {
        this.receive(frame);
      }
    }
    if (early.closed !== undefined || early.socket.readyState === CLOSED) {
      this.closed(early.socket, early.closed ?? ABNORMAL);
    }
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.socket?.send(data);
  }

  close(code: number): void {
    this.socket?.close(code);
  }

  /** Gives up on the socket without waiting for its closing handshake. */
  abandon(): void {
    const socket = this.socket;
    if (socket !== undefined) {
      this.closed(socket, ABNORMAL);
      socket.close();
    }
  }

  private closed(socket: Socket, code: number): void {
    if (socket === this.socket) {
      this.socket = undefined;
      this.handlers.closed(code);
    }
  }

  private receive(data: string | ArrayBuffer): void {
    let frame: Batch | Control;
    try {
      frame = decodeFrame(data);
    } catch (error) {
      console.error('A frame of the server could not be read', error);
      this.abandon();
      return;
    }
    this.handlers.frame(frame);
  }
}
