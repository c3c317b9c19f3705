/** The log of the page's messages: their content, their size, and how long they took. */
import type { Buffer, PageMessage, ServerMessage } from '../protocol';

/** Is notified about the page's messages while the inspector is open. */
export interface Traffic {
  sent(id: string, message: PageMessage, buffers: readonly Buffer[]): void;
  /** The server has handled a message and all before it. */
  acknowledged(id: string): void;
  /** How long the server took to handle a message of the page. */
  handled(id: string, milliseconds: number): void;
  received(message: ServerMessage, buffers: readonly Buffer[]): void;
}

export interface Entry {
  readonly number: number;
  readonly direction: 'sent' | 'received';
  /** Milliseconds since the page started to load. */
  readonly at: number;
  /** The comm that it is for; empty for the page itself. */
  readonly comm: string;
  /** The kind of the message and, for updates, the traits. */
  readonly what: string;
  readonly bytes: number;
  /** The message as JSON; undefined if it is too large to keep. */
  readonly text: string | undefined;
  /** Milliseconds from sending to the acknowledgement. */
  roundTrip?: number;
  /** How long the server took to handle it, in milliseconds. */
  server?: number;
}

const MAX_ENTRIES = 500;
const MAX_KEPT_BYTES = 256 * 1024;

export class TrafficLog implements Traffic {
  readonly entries: Entry[] = [];
  /** Called with each entry that is new or has changed. */
  onEntry: (entry: Entry) => void = () => undefined;
  private count = 0;
  private readonly waiting = new Map<string, Entry>();
  /** Also acknowledged entries, as the server's time may arrive later. */
  private readonly byId = new Map<string, Entry>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  sent(id: string, message: PageMessage, buffers: readonly Buffer[]): void {
    const entry = this.add('sent', message, buffers);
    this.waiting.set(id, entry);
    this.byId.set(id, entry);
    if (this.byId.size > MAX_ENTRIES) {
      this.byId.delete(this.byId.keys().next().value!);
    }
  }

  acknowledged(id: string): void {
    const entry = this.waiting.get(id);
    if (entry !== undefined) {
      this.waiting.delete(id);
      entry.roundTrip = this.now() - entry.at;
      this.onEntry(entry);
    }
  }

  handled(id: string, milliseconds: number): void {
    const entry = this.byId.get(id);
    if (entry !== undefined) {
      entry.server = milliseconds;
      this.onEntry(entry);
    }
  }

  received(message: ServerMessage, buffers: readonly Buffer[]): void {
    this.add('received', message, buffers);
  }

  clear(): void {
    this.entries.length = 0;
    this.waiting.clear();
    this.byId.clear();
  }

  private add(
    direction: Entry['direction'],
    message: PageMessage | ServerMessage,
    buffers: readonly Buffer[],
  ): Entry {
    const text = JSON.stringify(message);
    const inBuffers = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
    const bytes = new TextEncoder().encode(text).length + inBuffers;
    this.count += 1;
    const entry: Entry = {
      number: this.count,
      direction,
      at: this.now(),
      comm: commOf(message),
      what: describe(message),
      bytes,
      text: text.length > MAX_KEPT_BYTES ? undefined : text,
    };
    this.entries.push(entry);
    if (this.entries.length > MAX_ENTRIES) {
      this.entries.shift();
    }
    this.onEntry(entry);
    return entry;
  }
}

function commOf(message: PageMessage | ServerMessage): string {
  switch (message[0]) {
    case 'open':
    case 'msg':
    case 'close':
    case 'output':
      return message[1];
    default:
      return '';
  }
}

/** Describes a message in a few words. */
export function describe(message: PageMessage | ServerMessage): string {
  switch (message[0]) {
    case 'msg': {
      const data = message[2];
      const method = typeof data['method'] === 'string' ? data['method'] : 'message';
      if (method === 'custom') {
        const content = data['content'];
        const event =
          typeof content === 'object' && content !== null
            ? ((content as Record<string, unknown>)['event'] ??
              (content as Record<string, unknown>)['type'])
            : undefined;
        return typeof event === 'string' ? `custom ${event}` : 'custom';
      }
      const state = data['state'];
      const traits = typeof state === 'object' && state !== null ? Object.keys(state) : [];
      return [method, traits.join(', ')].filter(Boolean).join(' ');
    }
    case 'output':
      return `output ${message[2].output_type}`;
    case 'location':
      return `location ${message[1]}`;
    case 'title':
      return `title ${message[1]}`;
    case 'error':
      return `error ${message[1].title}`;
    default:
      return message[0];
  }
}

export function showBytes(bytes: number): string {
  if (bytes < 1000) {
    return `${bytes} B`;
  }
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function showMilliseconds(time: number | undefined): string {
  if (time === undefined) {
    return '';
  }
  return time < 10 ? `${time.toFixed(1)} ms` : `${Math.round(time)} ms`;
}
