/**
 * The page's WebSocket: numbers what it sends, keeps it until it is acknowledged, and comes back
 * after a loss so that nothing is missing and nothing applied twice.
 */
import { backoff } from './backoff';
import {
  type Batch,
  type Buffer,
  CloseCode,
  type Control,
  decodeFrame,
  encodeBatch,
  encodeMessage,
  type Outgoing,
  type PageMessage,
  type ServerMessage,
  sizeOf,
  type Welcome,
} from './protocol';

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

export type ConnectionState =
  | { name: 'connecting' }
  | { name: 'open' }
  | { name: 'reconnecting'; reason?: string }
  /** `known`: the page has had its kernel, and may show what the user has done in it. */
  | { name: 'ended'; known: boolean }
  | { name: 'left' };

export interface Handlers {
  message(message: ServerMessage, buffers: DataView[]): void;
  /** The messages up to `endSync` say all that there is. */
  beginSync(): void;
  endSync(): void;
  /** Another kernel has taken the place of the one that the page has shown. */
  reset(): void;
  status(state: string, text: string): void;
  state(state: ConnectionState): void;
  /** What the page had sent was refused, and has been dropped. */
  dropped(reason: string): void;
}

interface Pending extends Outgoing {
  onAcknowledged: (() => void) | undefined;
}

const OPEN = 1;
const CLOSED = 3;
const FRAME_BYTES = 512 * 1024;
const REPORT_SEEN_MS = 1000;
const PING_EVERY_MS = 45_000;
const PONG_WITHIN_MS = 15_000;

const DROPPED: Record<number, string> = {
  [CloseCode.TooBig]: 'What was sent is larger than the server accepts.',
  [CloseCode.InvalidData]: 'The server could not read what this page sent.',
  [CloseCode.UnsupportedData]: 'The server could not read what this page sent.',
};

export class Connection {
  private socket: Socket | undefined;
  private welcomed = false;
  private everWelcomed = false;
  private finished = false;
  private attempt = 0;
  private retryAfterMs = 0;
  private reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  private seenTimer: ReturnType<typeof setTimeout> | undefined;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;
  private dropReason: string | undefined;

  /** The highest number of the server that was applied, and the last one that it was told. */
  private seen = 0;
  private seenReported = 0;
  /** The batches of a full state, until it is complete. */
  private state: Batch[] | undefined;
  /** What was sent and not yet acknowledged; the first one's number is `base`. */
  private queue: Pending[] = [];
  private base = 1;
  /** The last number that went into this socket. */
  private written = 0;
  private flushing = false;

  constructor(
    private readonly open: (seen: number) => Socket,
    private readonly handlers: Handlers,
    private readonly pageId: string,
  ) {}

  /** Starts with the early socket, or with one of its own. */
  start(early?: EarlySocket): void {
    this.handlers.state({ name: 'connecting' });
    setInterval(() => this.checkAlive(), PING_EVERY_MS);
    if (early === undefined) {
      this.connect();
      return;
    }
    this.adopt(early.socket);
    for (const frame of early.frames) {
      this.receive(frame);
    }
    if (early.closed !== undefined || early.socket.readyState === CLOSED) {
      this.closed(early.socket, early.closed ?? 1006);
    }
  }

  /** Sends a message, now or as soon as can be, and returns its id. */
  send(message: PageMessage, buffers?: readonly Buffer[], onAcknowledged?: () => void): string {
    this.queue.push({ ...encodeMessage(message, buffers), onAcknowledged });
    const number = this.base + this.queue.length - 1;
    if (!this.flushing) {
      // What is sent in one go leaves in one frame.
      this.flushing = true;
      queueMicrotask(() => {
        this.flushing = false;
        this.flush();
      });
    }
    return `${this.pageId}:${number}`;
  }

  /** Connects at once where it waits to; finds out whether an open socket is still alive. */
  wake(): void {
    if (this.finished) {
      return;
    }
    if (this.reconnectTimer !== undefined) {
      this.attempt = 0;
      this.connect();
    } else {
      this.checkAlive();
    }
  }

  /** Ends for good: the page is being left. */
  leave(): void {
    this.finish({ name: 'left' });
    this.socket?.close(CloseCode.Normal);
  }

  // The socket ----------------------------------------------------------------------------------

  private connect(): void {
    clearTimeout(this.reconnectTimer);
    this.reconnectTimer = undefined;
    if (!this.finished) {
      this.adopt(this.open(this.seen));
    }
  }

  private adopt(socket: Socket): void {
    this.socket = socket;
    this.welcomed = false;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = (event) => {
      if (socket === this.socket) {
        this.receive(event.data);
      }
    };
    socket.onclose = (event) => this.closed(socket, event.code);
  }

  private closed(socket: Socket, code: number): void {
    if (socket !== this.socket || this.finished) {
      return;
    }
    this.socket = undefined;
    this.welcomed = false;
    this.stopTimers();
    if (code === (CloseCode.KernelEnded as number)) {
      this.finish({ name: 'ended', known: this.everWelcomed });
      return;
    }
    if (code === (CloseCode.TakenOver as number)) {
      this.finish({ name: 'left' });
      return;
    }
    this.dropReason = DROPPED[code] ?? this.dropReason;
    const delay = Math.max(backoff(this.attempt), this.retryAfterMs);
    this.attempt += 1;
    this.reconnectTimer = setTimeout(() => this.connect(), delay);
    if (this.retryAfterMs === 0) {
      this.handlers.state({ name: 'reconnecting' });
    }
    this.retryAfterMs = 0;
  }

  private finish(state: ConnectionState): void {
    this.finished = true;
    clearTimeout(this.reconnectTimer);
    this.stopTimers();
    this.handlers.state(state);
  }

  private stopTimers(): void {
    clearTimeout(this.seenTimer);
    clearTimeout(this.pongTimer);
    this.seenTimer = undefined;
    this.pongTimer = undefined;
  }

  private checkAlive(): void {
    const socket = this.socket;
    const canAsk = !this.finished && this.welcomed && socket?.readyState === OPEN;
    if (!canAsk || this.pongTimer !== undefined) {
      return;
    }
    socket.send('{"type":"ping"}');
    this.pongTimer = setTimeout(() => {
      // A page that was asleep must get to read what has come meanwhile.
      this.pongTimer = setTimeout(() => this.abandon(socket), 500);
    }, PONG_WITHIN_MS);
  }

  /** Gives up on a socket without waiting for its closing handshake. */
  private abandon(socket: Socket): void {
    this.closed(socket, 1006);
    socket.close();
  }

  // What comes in -------------------------------------------------------------------------------

  private receive(data: string | ArrayBuffer): void {
    let frame: Batch | Control;
    try {
      frame = decodeFrame(data);
    } catch (error) {
      console.error('A frame of the server could not be read', error);
      if (this.socket !== undefined) {
        this.abandon(this.socket);
      }
      return;
    }
    if (this.pongTimer !== undefined) {
      // Whatever arrives proves that somebody is there.
      clearTimeout(this.pongTimer);
      this.pongTimer = undefined;
    }
    if (frame.type === 'batch') {
      this.applyBatch(frame);
    } else {
      this.applyControl(frame);
    }
  }

  private applyBatch(batch: Batch): void {
    const { ack, first, messages, buffers } = batch;
    if (first === 0) {
      this.state?.push(batch);
    } else if (first > this.seen + 1 && messages.length > 0) {
      console.error(`Messages ${this.seen + 1} to ${first - 1} are missing`);
      if (this.socket !== undefined) {
        this.abandon(this.socket);
      }
      return;
    } else {
      for (let index = Math.max(0, this.seen + 1 - first); index < messages.length; index += 1) {
        this.seen = first + index;
        this.apply(messages[index]!, buffers?.[index]);
      }
    }
    this.acknowledged(ack);
    if (this.seen > this.seenReported) {
      this.seenTimer ??= setTimeout(() => this.reportSeen(), REPORT_SEEN_MS);
    }
  }

  private apply(message: ServerMessage, buffers: DataView[] = []): void {
    try {
      this.handlers.message(message, buffers);
    } catch (error) {
      console.error('A message of the server could not be applied', message, error);
    }
  }

  /** Applies a full state in one go: half of one would not be a state. */
  private applyState(seq: number): void {
    this.handlers.beginSync();
    for (const { messages, buffers } of this.state ?? []) {
      messages.forEach((message, index) => this.apply(message, buffers?.[index]));
    }
    this.handlers.endSync();
    this.state = undefined;
    const missed = seq - this.seen;
    if (this.seen > 0 && missed > 0) {
      console.warn(
        `${missed} messages of the app were missed. The state of all widgets has come instead; ` +
          'custom messages among them are lost.',
      );
    }
    this.seen = seq;
    this.seenReported = seq;
  }

  private applyControl(frame: Control): void {
    switch (frame.type) {
      case 'welcome':
        this.applyWelcome(frame);
        break;
      case 'synced':
        this.applyState(frame.seq);
        break;
      case 'status':
        this.handlers.status(frame.state, frame.text ?? '');
        break;
      case 'refused':
        this.refused(frame.text, frame.retry_after ?? 10);
        break;
      case 'closing':
      case 'pong':
        break;
    }
  }

  /** There is no room now: says so, and waits as long as it was told, not all pages alike. */
  private refused(text: string, seconds: number): void {
    this.retryAfterMs = 1000 * seconds * (1 + Math.random() / 2);
    const reason = `${text} Trying again in ${Math.ceil(this.retryAfterMs / 1000)} s.`;
    this.handlers.state({ name: 'reconnecting', reason });
  }

  private applyWelcome({ mode, seq, received, ack }: Welcome): void {
    const isAnother = mode === 'new' && (this.seen > 0 || this.base > 1);
    this.state = mode === 'sync' ? [] : undefined;
    if (isAnother) {
      // It knows none of the comms that the waiting messages are for.
      this.queue = [];
      this.base = 1;
      this.handlers.reset();
    }
    if (mode === 'new') {
      this.seen = seq;
    }
    this.seenReported = this.seen;
    this.attempt = 0;
    this.welcomed = true;
    this.everWelcomed = true;
    this.acknowledged(ack);
    if (this.dropReason !== undefined) {
      this.dropUnreceived(received, this.dropReason);
      this.dropReason = undefined;
    }
    if (received < this.base - 1) {
      // The server has forgotten the page: what is left is numbered anew.
      this.base = received + 1;
    }
    this.written = received;
    this.handlers.state({ name: 'open' });
    this.flush();
  }

  private acknowledged(number: number): void {
    const count = Math.min(number - this.base + 1, this.queue.length);
    if (count <= 0) {
      return;
    }
    this.base += count;
    for (const message of this.queue.splice(0, count)) {
      message.onAcknowledged?.();
    }
  }

  // What goes out -------------------------------------------------------------------------------

  private dropUnreceived(received: number, reason: string): void {
    const dropped = this.queue.splice(Math.max(0, received - this.base + 1));
    for (const message of dropped) {
      message.onAcknowledged?.();
    }
    if (dropped.length > 0) {
      this.handlers.dropped(reason);
    }
  }

  private flush(): void {
    if (!this.welcomed || this.socket?.readyState !== OPEN) {
      return;
    }
    let start = this.written - this.base + 1;
    while (start < this.queue.length) {
      let end = start;
      let size = 0;
      do {
        size += sizeOf(this.queue[end]!);
        end += 1;
      } while (end < this.queue.length && size < FRAME_BYTES);
      this.socket.send(encodeBatch(this.seen, this.base + start, this.queue.slice(start, end)));
      this.seenReported = this.seen;
      start = end;
    }
    this.written = this.base + this.queue.length - 1;
  }

  /** Lets the server forget what was applied, where the page has nothing else to say. */
  private reportSeen(): void {
    this.seenTimer = undefined;
    if (this.welcomed && this.socket?.readyState === OPEN && this.seen > this.seenReported) {
      this.seenReported = this.seen;
      this.socket.send(encodeBatch(this.seen, this.base + this.queue.length, []));
    }
  }
}
