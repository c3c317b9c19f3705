/** Encodes and decodes the frames of the wire protocol (docs/protocol.md). No I/O. */

export type Json = Record<string, unknown>;

export interface Extra {
  metadata?: Json;
  parent?: string;
}

export interface OutputItem extends Json {
  output_type: string;
}

/** The position in the app's source that an error most likely comes from. */
export interface Source {
  /** The name of the file for people, and its path. */
  file: string;
  path: string;
  line: number;
  /** Whether the line is counted within a notebook's cell. */
  in_cell: boolean;
  lines: [number: number, text: string][];
}

export interface ErrorReport {
  /** The id of the error in the server log; empty if it is not there. */
  id: string;
  title: string;
  text?: string;
  traceback?: string;
  source?: Source;
}

export type ServerMessage =
  | ['open', commId: string, target: string, data: Json, metadata: Json]
  | ['msg', commId: string, data: Json, extra?: Extra]
  | ['close', commId: string, data: Json]
  | ['output', area: string, item: OutputItem]
  | ['error', report: ErrorReport]
  | ['location', address: string, how: 'push' | 'replace' | 'settle' | 'load']
  | ['title', text: string]
  | ['ready']
  /** Replaces a message that a later one has made superfluous. */
  | ['none'];

export type PageMessage =
  | ['open', commId: string, target: string, data: Json, metadata: Json]
  | ['msg', commId: string, data: Json]
  | ['msg', commId: string, data: Json, extra: Extra]
  | ['close', commId: string, data: Json]
  | ['location', address: string]
  | ['answer', question: number, text: string];

export interface Welcome {
  type: 'welcome';
  mode: 'new' | 'resume' | 'sync';
  seq: number;
  received: number;
  ack: number;
  /** The largest part of a frame that the server takes; undefined if it takes no parts. */
  part?: number;
  /** Whether the app has been reloaded with changed code. */
  reloaded?: boolean;
}

export type Control =
  | Welcome
  | { type: 'synced'; seq: number }
  | { type: 'status'; state: string; text?: string }
  | { type: 'closing'; reason: string }
  /** In development: why the app cannot run with its current files; null when it can again. */
  | { type: 'fault'; report: ErrorReport | null }
  /** In development: files beside the app have changed. */
  | { type: 'assets'; styles?: string[]; reload?: boolean }
  /** In development: the current menu of the app's pages. */
  | { type: 'menu'; links: MenuEntry[] }
  /** In development, if the page has asked for it: how long one of its messages took. */
  | { type: 'handled'; number: number; milliseconds: number }
  | { type: 'refused'; text: string; retry_after?: number }
  /** Confirms a part of a frame, by its length. */
  | { type: 'part'; size: number }
  | { type: 'pong' };

/** A page in the menu, with its address below the root path, and the pages below it. */
export interface MenuEntry {
  title: string;
  href: string;
  below: MenuEntry[];
}

export interface Batch {
  type: 'batch';
  /** All messages of the page up to this number have been handled. */
  ack: number;
  /** The number of the first message; 0 for messages that are not numbered. */
  first: number;
  messages: ServerMessage[];
  /** The buffers of each message; undefined if no message has any. */
  buffers?: DataView[][];
}

export type Buffer = ArrayBuffer | ArrayBufferView;

/** A message of the page, encoded when it is sent, as its objects may change afterwards. */
export interface Outgoing {
  text: string;
  buffers: Uint8Array[];
}

export enum CloseCode {
  Normal = 1000,
  GoingAway = 1001,
  UnsupportedData = 1003,
  InvalidData = 1007,
  TooBig = 1009,
  Restart = 1012,
  TryAgainLater = 1013,
  KernelEnded = 4001,
  TakenOver = 4002,
  NoRoom = 4003,
}

export class ProtocolError extends Error {
  override name = 'ProtocolError';
}

const LENGTH_BYTES = 4;
const PART_HEADER_BYTES = 13;

export function encodeMessage(message: PageMessage, buffers: readonly Buffer[] = []): Outgoing {
  return { text: JSON.stringify(message), buffers: buffers.map(copyBytes) };
}

function copyBytes(buffer: Buffer): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice()
    : new Uint8Array(buffer).slice();
}

export function sizeOf(message: Outgoing): number {
  return message.buffers.reduce((sum, buffer) => sum + buffer.byteLength, message.text.length);
}

/** Returns the part of a frame that starts at an offset of its bytes and has up to `size` of them. */
export function encodePart(
  bytes: Uint8Array<ArrayBuffer>,
  isText: boolean,
  offset: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  const data = bytes.subarray(offset, offset + size);
  const part = new Uint8Array(PART_HEADER_BYTES + data.length);
  const header = new DataView(part.buffer);
  // The first four bytes are zero, where a batch has the length of its header.
  header.setUint8(4, isText ? 1 : 2);
  header.setUint32(5, bytes.length);
  header.setUint32(9, offset);
  part.set(data, PART_HEADER_BYTES);
  return part;
}

/** Returns a frame: text, or binary if a message has buffers. */
export function encodeBatch(
  seen: number,
  first: number,
  messages: readonly Outgoing[],
): string | Uint8Array<ArrayBuffer> {
  const body = `[${seen},${first},[${messages.map((message) => message.text).join(',')}]`;
  if (!messages.some((message) => message.buffers.length > 0)) {
    return `${body}]`;
  }
  const lengths = messages.map((message) => message.buffers.map((buffer) => buffer.byteLength));
  const header = new TextEncoder().encode(`${body},${JSON.stringify(lengths)}]`);
  const total = lengths.flat().reduce((sum, length) => sum + length, 0);
  const frame = new Uint8Array(LENGTH_BYTES + header.byteLength + total);
  new DataView(frame.buffer).setUint32(0, header.byteLength);
  frame.set(header, LENGTH_BYTES);
  let offset = LENGTH_BYTES + header.byteLength;
  for (const buffer of messages.flatMap((message) => message.buffers)) {
    frame.set(buffer, offset);
    offset += buffer.byteLength;
  }
  return frame;
}

export function decodeFrame(frame: string | ArrayBuffer): Batch | Control {
  if (typeof frame === 'string') {
    const value: unknown = JSON.parse(frame);
    return Array.isArray(value) ? toBatch(value) : (value as Control);
  }
  if (frame.byteLength < LENGTH_BYTES) {
    throw new ProtocolError('a binary frame shorter than its header');
  }
  const start = LENGTH_BYTES + new DataView(frame).getUint32(0);
  if (start > frame.byteLength) {
    throw new ProtocolError('a header longer than its frame');
  }
  const header = new TextDecoder().decode(new Uint8Array(frame, LENGTH_BYTES, start - LENGTH_BYTES));
  const value = JSON.parse(header) as unknown[];
  const batch = toBatch(value);
  batch.buffers = splitBuffers(frame, start, value[3] as number[][], batch.messages.length);
  return batch;
}

function toBatch(value: unknown[]): Batch {
  const [ack, first, messages] = value;
  if (typeof ack !== 'number' || typeof first !== 'number' || !Array.isArray(messages)) {
    throw new ProtocolError('not a batch');
  }
  return { type: 'batch', ack, first, messages: messages as ServerMessage[] };
}

/** Gives each buffer its own memory, because widgets use `.buffer` from its start. */
function splitBuffers(
  frame: ArrayBuffer,
  start: number,
  lengths: number[][] | undefined,
  count: number,
): DataView[][] {
  if (!Array.isArray(lengths) || lengths.length !== count) {
    throw new ProtocolError('not one list of buffer lengths for each message');
  }
  let offset = start;
  const buffers = lengths.map((ofMessage) =>
    ofMessage.map((length) => {
      offset += length;
      return new DataView(frame.slice(offset - length, offset));
    }),
  );
  if (offset !== frame.byteLength) {
    throw new ProtocolError("buffer lengths that don't add up to the frame");
  }
  return buffers;
}
