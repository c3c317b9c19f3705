/**
 * The page's connection to its kernel. Numbers the messages that it sends, keeps them until they are
 * acknowledged, and reconnects so that no message is lost and none is applied twice.
 */
import {
  type Batch,
  type Buffer,
  CloseCode,
  type Control,
  encodeBatch,
  type PageMessage,
  type Welcome,
} from '../protocol';
import type { ConnectionState, Handlers } from './handlers';
import { FrameSender } from './frame-sender';
import { Incoming } from './incoming';
import { Liveness } from './liveness';
import { OutgoingQueue } from './outgoing';
import { Schedule } from './schedule';
import { type EarlySocket, type Socket, Transport } from './transport';

const REPORT_SEEN_MS = 1000;

const DROPPED: Record<number, string> = {
  [CloseCode.TooBig]: 'It is larger than the server accepts.',
  [CloseCode.InvalidData]: 'The server could not read it.',
  [CloseCode.UnsupportedData]: 'The server could not read it.',
};

export class Connection {
  private readonly transport: Transport;
  private readonly schedule: Schedule;
  private readonly liveness: Liveness;
  private readonly incoming = new Incoming({
    message: (message, buffers) => this.handlers?.message(message, buffers),
    beginSync: () => this.handlers?.beginSync(),
    endSync: () => {
      this.handlers?.endSync();
      this.handlers?.development?.reloaded();
    },
  });
  private readonly outgoing = new OutgoingQueue();
  private readonly sender = new FrameSender((frame) => this.transport.send(frame));

  private handlers: Handlers | undefined;
  private welcomed = false;
  private everWelcomed = false;
  private finished = false;
  private flushing = false;
  private wantsTiming = false;
  private dropReason: string | undefined;
  /** The last number that was reported to the server as applied. */
  private seenReported = 0;
  private seenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly open: (seen: number) => Socket,
    private readonly pageId: string,
  ) {
    this.transport = new Transport({
      frame: (frame) => this.receive(frame),
      closed: (code) => this.closed(code),
    });
    this.schedule = new Schedule(() => this.connect());
    this.liveness = new Liveness(
      () => this.ping(),
      () => this.transport.abandon(),
      () => this.transport.buffered,
    );
  }

  /** Connects: with the early socket if there is one, or with a new one. */
  start(handlers: Handlers, early?: EarlySocket): void {
    this.handlers = handlers;
    handlers.state({ name: 'connecting' });
    this.liveness.start();
    if (early === undefined) {
      this.connect();
    } else {
      this.transport.adoptEarly(early);
    }
  }

  /** Sends a message, now or when the connection is open, and returns its id. */
  send(message: PageMessage, buffers?: readonly Buffer[], onAcknowledged?: () => void): string {
    const number = this.outgoing.add(message, buffers, onAcknowledged);
    if (!this.flushing) {
      // Messages that are sent together go into one frame.
      this.flushing = true;
      queueMicrotask(() => {
        this.flushing = false;
        this.flush();
      });
    }
    return this.idOf(number);
  }

  private idOf(number: number): string {
    return `${this.pageId}:${number}`;
  }

  /** Reconnects at once if it is waiting to; otherwise checks whether the socket is still alive. */
  wake(): void {
    if (this.finished) {
      return;
    }
    if (this.schedule.isWaiting) {
      this.schedule.now();
    } else {
      this.check();
    }
  }

  /** Checks whether an open socket is still alive. */
  check(): void {
    this.liveness.check();
  }

  /** Reports an error in the page to the developer's terminal, if the page is connected. */
  reportError(title: string, text: string): void {
    if (this.welcomed && this.transport.isOpen) {
      this.transport.send(JSON.stringify({ type: 'script-error', title, text }));
    }
  }

  /** Asks the server to report how long it takes for each message, or to stop that. */
  timing(wanted: boolean): void {
    this.wantsTiming = wanted;
    this.sendTiming();
  }

  private sendTiming(): void {
    if (this.canSend) {
      this.transport.send(JSON.stringify({ type: 'timing', wanted: this.wantsTiming }));
    }
  }

  /** Disconnects for good: the page is being closed. */
  leave(): void {
    this.finish({ name: 'left' });
    this.transport.close(CloseCode.Normal);
  }

  private connect(): void {
    if (!this.finished) {
      this.welcomed = false;
      this.handlers?.opening();
      this.transport.adopt(this.open(this.incoming.seen));
    }
  }

  private get canSend(): boolean {
    return this.welcomed && this.transport.isOpen;
  }

  private ping(): boolean {
    if (this.finished || !this.canSend) {
      return false;
    }
    this.transport.send('{"type":"ping"}');
    return true;
  }

  // Closing -------------------------------------------------------------------------------------

  private closed(code: number): void {
    if (this.finished) {
      return;
    }
    this.welcomed = false;
    this.sender.reset();
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
    const wasRefused = this.schedule.isRefused;
    this.schedule.later();
    if (!wasRefused) {
      this.handlers?.state({ name: 'reconnecting' });
    }
  }

  private finish(state: ConnectionState): void {
    this.finished = true;
    this.schedule.cancel();
    this.stopTimers();
    this.handlers?.state(state);
  }

  private stopTimers(): void {
    clearTimeout(this.seenTimer);
    this.seenTimer = undefined;
    this.liveness.received();
  }

  // Receiving -----------------------------------------------------------------------------------

  private receive(frame: Batch | Control): void {
    this.liveness.received();
    if (frame.type === 'batch') {
      this.applyBatch(frame);
    } else {
      this.applyControl(frame);
    }
  }

  private applyBatch(batch: Batch): void {
    if (!this.incoming.take(batch)) {
      this.transport.abandon();
      return;
    }
    this.outgoing.acknowledge(batch.ack);
    if (this.incoming.seen > this.seenReported) {
      this.seenTimer ??= setTimeout(() => this.reportSeen(), REPORT_SEEN_MS);
    }
  }

  private applyControl(frame: Control): void {
    switch (frame.type) {
      case 'welcome':
        this.applyWelcome(frame);
        break;
      case 'synced':
        this.incoming.complete(frame.seq);
        this.seenReported = frame.seq;
        break;
      case 'status':
        this.handlers?.status(frame.state, frame.text ?? '');
        break;
      case 'refused':
        this.refused(frame.text, frame.retry_after ?? 10);
        break;
      case 'fault':
        this.handlers?.development?.fault(frame.report);
        break;
      case 'assets':
        this.handlers?.development?.assets(frame.styles ?? [], frame.reload ?? false);
        break;
      case 'menu':
        this.handlers?.development?.menu(frame.links);
        break;
      case 'part':
        this.sender.confirmed(frame.size);
        break;
      case 'handled':
        this.handlers?.development?.handled(this.idOf(frame.number), frame.milliseconds);
        break;
      case 'closing':
      case 'pong':
        break;
    }
  }

  /** The server is full: shows why, and waits for as long as the server asks. */
  private refused(text: string, seconds: number): void {
    const wait = this.schedule.refuse(seconds);
    const reason = `${text} Retrying in ${Math.ceil(wait / 1000)} s.`;
    this.handlers?.state({ name: 'reconnecting', reason });
  }

  private applyWelcome(welcome: Welcome): void {
    const { mode, received, ack, part, reloaded } = welcome;
    if (reloaded !== true) {
      this.sender.reset(part);
    } else {
      this.handlers?.development?.reloading();
    }
    if (mode === 'new' && (this.incoming.seen > 0 || this.outgoing.wasAcknowledged)) {
      // The new kernel does not know the comms that the waiting messages are for.
      this.outgoing.clear();
      this.handlers?.reset();
    }
    this.incoming.welcome(welcome);
    this.seenReported = this.incoming.seen;
    this.schedule.succeeded();
    this.welcomed = true;
    this.everWelcomed = true;
    this.outgoing.acknowledge(ack);
    if (this.dropReason !== undefined) {
      if (this.outgoing.drop(received)) {
        this.handlers?.dropped(this.dropReason);
      }
      this.dropReason = undefined;
    }
    this.outgoing.resume(received);
    this.handlers?.state({ name: 'open' });
    if (this.wantsTiming) {
      this.sendTiming();
    }
    this.flush();
  }

  // Sending -------------------------------------------------------------------------------------

  private flush(): void {
    if (!this.canSend) {
      return;
    }
    for (const frame of this.outgoing.frames(this.incoming.seen)) {
      this.sender.send(frame);
      this.seenReported = this.incoming.seen;
    }
  }

  /** Lets the server forget what was applied, if the page has no message to send. */
  private reportSeen(): void {
    this.seenTimer = undefined;
    if (this.canSend && this.incoming.seen > this.seenReported) {
      this.seenReported = this.incoming.seen;
      this.sender.send(encodeBatch(this.incoming.seen, this.outgoing.next, []));
    }
  }
}
