import { describe, expect, it } from 'vitest';
import { FrameSender, UNCONFIRMED_BYTES } from '../../src/connection/frame-sender';

const PART = 64 * 1024;
const HEADER = 13;

function setUp(partBytes = PART) {
  const written: (string | Uint8Array)[] = [];
  const sender = new FrameSender((frame) => written.push(frame));
  sender.reset(partBytes);
  /** Confirms what was written since the last call, part by part, until nothing more comes. */
  let confirmed = 0;
  const confirmAll = () => {
    for (; confirmed < written.length; confirmed += 1) {
      const frame = written[confirmed]!;
      if (isPart(frame)) {
        sender.confirmed(frame.length);
      }
    }
  };
  return { sender, written, confirmAll };
}

function isPart(frame: string | Uint8Array): frame is Uint8Array {
  return typeof frame !== 'string' && frame[3] === 0;
}

/** Puts parts together as the server does. */
function assemble(parts: (string | Uint8Array)[]): { isText: boolean; bytes: Uint8Array } {
  const first = parts[0] as Uint8Array;
  const bytes = new Uint8Array(new DataView(first.buffer).getUint32(5));
  let offset = 0;
  for (const part of parts as Uint8Array[]) {
    const header = new DataView(part.buffer);
    expect([header.getUint32(0), header.getUint32(5)]).toEqual([0, bytes.length]);
    expect(header.getUint32(9)).toBe(offset);
    bytes.set(part.subarray(HEADER), offset);
    offset += part.length - HEADER;
  }
  expect(offset).toBe(bytes.length);
  return { isText: first[4] === 1, bytes };
}

/** Comparing them number by number would take seconds. */
function expectSame(one: Uint8Array, other: Uint8Array): void {
  expect(Buffer.from(one).equals(other)).toBe(true);
}

function binary(size: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(size).map((_, index) => index % 251);
  frame[3] = 1;
  return frame;
}

describe('FrameSender', () => {
  it('sends small frames as they are', () => {
    const { sender, written } = setUp();
    sender.send('[0,1,[]]');
    sender.send(binary(PART));
    expect(written).toEqual(['[0,1,[]]', binary(PART)]);
  });

  it('sends a large binary frame in parts', () => {
    const { sender, written, confirmAll } = setUp();
    const frame = binary(5 * PART + 7);
    sender.send(frame);
    confirmAll();
    expect(written.length).toBe(6);
    const { isText, bytes } = assemble(written);
    expect(isText).toBe(false);
    expectSame(bytes, frame);
  });

  it('sends a large text in parts, cut anywhere', () => {
    const { sender, written, confirmAll } = setUp(100);
    const text = '["🐕é"]'.repeat(100);
    sender.send(text);
    confirmAll();
    const { isText, bytes } = assemble(written);
    expect(isText).toBe(true);
    expect(new TextDecoder().decode(bytes)).toBe(text);
  });

  it('has a bounded number of bytes on the way', () => {
    const { sender, written, confirmAll } = setUp();
    sender.send(binary(10 * UNCONFIRMED_BYTES));
    const size = written.reduce((sum, part) => sum + part.length, 0);
    expect(size).toBeGreaterThanOrEqual(UNCONFIRMED_BYTES);
    expect(size).toBeLessThan(UNCONFIRMED_BYTES + PART + HEADER);
    sender.confirmed(written[0]!.length);
    expect(written.length).toBe(UNCONFIRMED_BYTES / PART + 1);
    confirmAll();
  });

  it('keeps the order', () => {
    const { sender, written, confirmAll } = setUp();
    sender.send(binary(2 * UNCONFIRMED_BYTES));
    sender.send('after');
    expect(written).not.toContain('after');
    confirmAll();
    expect(written.at(-1)).toBe('after');
  });

  it('sends everything whole to a server that takes no parts', () => {
    const { sender, written } = setUp(0);
    const frame = binary(2 * UNCONFIRMED_BYTES);
    sender.send(frame);
    expect(written[0]).toBe(frame);
  });

  it('starts again on another socket', () => {
    const { sender, written, confirmAll } = setUp();
    const frame = binary(3 * UNCONFIRMED_BYTES);
    sender.send(frame);
    sender.reset(PART);
    written.length = 0;
    sender.send(frame);
    confirmAll();
    expectSame(assemble(written).bytes, frame);
  });
});
