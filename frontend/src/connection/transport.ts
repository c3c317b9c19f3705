/** The WebSocket that carries the connection, which may change. */
import type { Batch, Control } from '../protocol';
import { decodeFrame } from '../protocol';

/** The part of a WebSocket that the connection uses. */
export interface Socket {
  readyState: number;
  binaryType: string;
  /** How many bytes wait to be sent. */
  readonly bufferedAmount: number;
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
  /** The close code, if it has been closed. */
  closed?: number;
}

const OPEN = 1;
const CLOSED = 3;
/** The close code of browsers for a connection that was not closed properly. */
const ABNORMAL = 1006;

export interface TransportHandlers {
  frame(frame: Batch | Control): void;
  closed(code: number): void;
}

/** Sends and receives frames over the current socket; ignores events of earlier sockets. */
export class Transport {
  private socket: Socket | undefined;

  constructor(private readonly handlers: TransportHandlers) {}

  get isOpen(): boolean {
    return this.socket?.readyState === OPEN;
  }

  /** How many bytes wait in the browser to be sent. */
  get buffered(): number {
    return this.socket?.bufferedAmount ?? 0;
  }

  /** Replaces the current socket. */
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

  /** Uses the early socket, and receives what has arrived on it. */
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

  /** Closes the socket, without waiting for its closing handshake. */
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
