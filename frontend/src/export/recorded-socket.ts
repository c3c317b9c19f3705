/** Replaces the WebSocket in an exported page: plays a recording, and acknowledges messages. */

export interface Recording {
  /** The frames that the server would send; binary ones in base64. */
  frames: ({ text: string } | { base64: string })[];
}

/** The error that the page gets, once, when the user does something that needs the app. */
const NO_SERVER = {
  id: '',
  title: 'This page is a copy without its server',
  text:
    'It shows the app as it was when it was exported. Controls that are linked in the browser ' +
    'still work; controls that need Python do not.',
};

const OPEN = 1;

type Listener<T> = ((event: T) => void) | null;

export class RecordedSocket {
  readyState = OPEN;
  binaryType = 'arraybuffer';
  onopen: Listener<Event> = null;
  onmessage: Listener<MessageEvent<string | ArrayBuffer>> = null;
  onclose: Listener<CloseEvent> = null;
  private reported = false;

  send(data: string | Uint8Array<ArrayBuffer>): void {
    const frame: unknown = JSON.parse(typeof data === 'string' ? data : headerOf(data));
    if (!Array.isArray(frame)) {
      this.answer('{"type":"pong"}');
      return;
    }
    const [, first, messages] = frame as [number, number, unknown[]];
    if (messages.length === 0) {
      return;
    }
    const last = first + messages.length - 1;
    if (!this.reported && messages.some(isRequest)) {
      this.reported = true;
      this.answer(JSON.stringify([last, 1, [['error', NO_SERVER]]]));
    } else {
      this.answer(JSON.stringify([last, 0, []]));
    }
  }

  close(): void {
    // There is no connection to close.
  }

  private answer(data: string): void {
    queueMicrotask(() => this.onmessage?.({ data } as MessageEvent<string>));
  }
}

/** Custom messages ask the app to do something: a click, for example. */
function isRequest(message: unknown): boolean {
  if (!Array.isArray(message) || message[0] !== 'msg') {
    return false;
  }
  return (message[2] as { method?: unknown }).method === 'custom';
}

function headerOf(data: Uint8Array): string {
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0);
  return new TextDecoder().decode(data.subarray(4, 4 + length));
}

export function framesOf(recording: Recording): (string | ArrayBuffer)[] {
  return recording.frames.map((frame) =>
    'text' in frame ? frame.text : fromBase64(frame.base64).buffer,
  );
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
