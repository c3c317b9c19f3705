/**
 * The page's connection to its kernel: numbers what it sends, keeps it until it is acknowledged,
 * and comes back after a loss so that nothing is missing and nothing applied twice.
 */
import {
  type Batch,
  type Buffer,
  CloseCode,
  type Control,
  encodeBatch,
  type ErrorReport,
  type PageMessage,
  type Welcome,
  type MenuEntry,
} from '../protocol';
import { Incoming, type IncomingHandlers } from './incoming';
import { Liveness } from './liveness';
import { OutgoingQueue } from './outgoing';
import { Schedule } from './schedule';
import { type EarlySocket, Transport, type Socket } from './transport';

export type { EarlySocket, Socket } from './transport';

export type ConnectionState =
  | { name: 'connecting' }
  | { name: 'open' }
  | { name: 'reconnecting'; reason?: string }
  /** `known`: the page has had its kernel, and may show what the user has done in it. */
  | { name: 'ended'; known: boolean }
  | { name: 'left' };

export interface Handlers extends IncomingHandlers {
  /** Another kernel has taken the place of the one that the page has shown. */
  reset(): void;
  status(state: string, text: string): void;
  /** While developing: changed code takes over; its state follows. */
  reloading(): void;
  fault(report: ErrorReport | null): void;
  assets(styles: string[], reload: boolean): void;
  menu(links: MenuEntry[]): void;
  state(state: ConnectionState): void;
  /** While developing: how long the server took for a message. */
  handled(id: string, milliseconds: number): void;
  /** What the page had sent was refused, and has been dropped. */
  dropped(reason: string): void;
}

const REPORT_SEEN_MS = 1000;

const DROPPED: Record<number, string> = {
  [CloseCode.TooBig]: 'What was sent is larger than the server accepts.',
  [CloseCode.InvalidData]: 'The server could not read what this page sent.',
  [CloseCode.UnsupportedData]: 'The server could not read what this page sent.',
};

export class Connection {
  private readonly transport: Transport;
  private readonly schedule: Schedule;
  private readonly liveness: Liveness;
  private readonly incoming: Incoming;
  private readonly outgoing = new OutgoingQueue();

  private welcomed = false;
  private everWelcomed = false;
  private finished = false;
  private flushing = false;
  private wantsTiming = false;
  private dropReason: string | undefined;
  /** The last number of the server that it was told to be applied. */
  private seenReported = 0;
  private seenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly open: (seen: number) => Socket,
    private readonly handlers: Handlers,
    private readonly pageId: string,
  ) {
    this.incoming = new Incoming(handlers);
    this.transport = new Transport({
      frame: (frame) => this.receive(frame),
      closed: (code) => this.closed(code),
    });
    this.schedule = new Schedule(() => this.connect());
    this.liveness = new Liveness(
      () => this.ping(),
      () => this.transport.abandon(),
    );
  }

  /** Starts with the early socket, or with one of its own. */
  start(early?: EarlySocket): void {
    this.handlers.state({ name: 'connecting' });
    this.liveness.start();
    if (early === undefined) {
      this.connect();
    } else {
      this.transport.adoptEarly(early);
    }
  }

  /** Sends a message, now or as soon as can be, and returns its id. */
  send(message: PageMessage, buffers?: readonly Buffer[], onAcknowledged?: () => void): string {
    const number = this.outgoing.add(message, buffers, onAcknowledged);
    if (!this.flushing) {
      // What is sent in one go leaves in one frame.
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

  /** Connects at once where it waits to; finds out whether an open socket is still alive. */
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

  /** Finds out whether an open socket is still alive. */
  check(): void {
    this.liveness.check();
  }

  /** Tells the developer's terminal of an error in the page, if somebody listens. */
  reportError(title: string, text: string): void {
    if (this.welcomed && this.transport.isOpen) {
      this.transport.send(JSON.stringify({ type: 'script-error', title, text }));
    }
  }

  /** Wants to be told how long the server takes for each message, or not any more. */
  timing(wanted: boolean): void {
    this.wantsTiming = wanted;
    this.askForTiming();
  }

  private askForTiming(): void {
    if (this.canSend) {
      this.transport.send(JSON.stringify({ type: 'timing', wanted: this.wantsTiming }));
    }
  }

  /** Ends for good: the page is being left. */
  leave(): void {
    this.finish({ name: 'left' });
    this.transport.close(CloseCode.Normal);
  }

  private connect(): void {
    if (!this.finished) {
      this.welcomed = false;
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

  // The end -------------------------------------------------------------------------------------

  private closed(code: number): void {
    if (this.finished) {
      return;
    }
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
    const wasRefused = this.schedule.isRefused;
    this.schedule.later();
    if (!wasRefused) {
      this.handlers.state({ name: 'reconnecting' });
    }
  }

  private finish(state: ConnectionState): void {
    this.finished = true;
    this.schedule.cancel();
    this.stopTimers();
    this.handlers.state(state);
  }

  private stopTimers(): void {
    clearTimeout(this.seenTimer);
    this.seenTimer = undefined;
    this.liveness.received();
  }

  // What comes in -------------------------------------------------------------------------------

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
        this.handlers.status(frame.state, frame.text ?? '');
        break;
      case 'refused':
        this.refused(frame.text, frame.retry_after ?? 10);
        break;
      case 'fault':
        this.handlers.fault(frame.report);
        break;
      case 'assets':
        this.handlers.assets(frame.styles ?? [], frame.reload ?? false);
        break;
      case 'menu':
        this.handlers.menu(frame.links);
        break;
      case 'handled':
        this.handlers.handled(this.idOf(frame.number), frame.milliseconds);
        break;
      case 'closing':
      case 'pong':
        break;
    }
  }

  /** There is no room now: says so, and waits as long as it was told. */
  private refused(text: string, seconds: number): void {
    const wait = this.schedule.refuse(seconds);
    const reason = `${text} Trying again in ${Math.ceil(wait / 1000)} s.`;
    this.handlers.state({ name: 'reconnecting', reason });
  }

  private applyWelcome(welcome: Welcome): void {
    const { mode, received, ack, reloaded } = welcome;
    if (reloaded === true) {
      this.handlers.reloading();
    }
    if (mode === 'new' && (this.incoming.seen > 0 || this.outgoing.wasAcknowledged)) {
      // It knows none of the comms that the waiting messages are for.
      this.outgoing.clear();
      this.handlers.reset();
    }
    this.incoming.welcome(welcome);
    this.seenReported = this.incoming.seen;
    this.schedule.succeeded();
    this.welcomed = true;
    this.everWelcomed = true;
    this.outgoing.acknowledge(ack);
    if (this.dropReason !== undefined) {
      if (this.outgoing.drop(received)) {
        this.handlers.dropped(this.dropReason);
      }
      this.dropReason = undefined;
    }
    this.outgoing.resume(received);
    this.handlers.state({ name: 'open' });
    if (this.wantsTiming) {
      this.askForTiming();
    }
    this.flush();
  }

  // What goes out -------------------------------------------------------------------------------

  private flush(): void {
    if (!this.canSend) {
      return;
    }
    for (const frame of this.outgoing.frames(this.incoming.seen)) {
      this.transport.send(frame);
      this.seenReported = this.incoming.seen;
    }
  }

  /** Lets the server forget what was applied, where the page has nothing else to say. */
  private reportSeen(): void {
    this.seenTimer = undefined;
    if (this.canSend && this.incoming.seen > this.seenReported) {
      this.seenReported = this.incoming.seen;
      this.transport.send(encodeBatch(this.incoming.seen, this.outgoing.next, []));
    }
  }
}
