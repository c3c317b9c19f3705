import { describe, expect, it } from 'vitest';
import { type Batch, decodeFrame, encodeBatch, encodeMessage, ProtocolError } from '../src/protocol';

const bytes = (...values: number[]) => new Uint8Array(values);

function binaryFrame(header: unknown, ...buffers: Uint8Array[]): ArrayBuffer {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  const frame = new Uint8Array(4 + text.length + total);
  new DataView(frame.buffer).setUint32(0, text.length);
  frame.set(text, 4);
  let offset = 4 + text.length;
  for (const buffer of buffers) {
    frame.set(buffer, offset);
    offset += buffer.length;
  }
  return frame.buffer;
}

describe('encodeBatch', () => {
  it('encodes messages without buffers as text', () => {
    const messages = [encodeMessage(['msg', 'a', { n: 1 }]), encodeMessage(['close', 'b', {}])];
    expect(encodeBatch(7, 3, messages)).toBe('[7,3,[["msg","a",{"n":1}],["close","b",{}]]]');
  });

  it('encodes an empty batch, which only acknowledges', () => {
    expect(encodeBatch(9, 4, [])).toBe('[9,4,[]]');
  });

  it('puts buffers after the header, in order', () => {
    const messages = [
      encodeMessage(['msg', 'a', {}], [bytes(1, 2), bytes()]),
      encodeMessage(['msg', 'ö', {}]),
      encodeMessage(['msg', 'c', {}], [bytes(3)]),
    ];
    const frame = encodeBatch(0, 1, messages) as Uint8Array<ArrayBuffer>;
    const length = new DataView(frame.buffer).getUint32(0);
    const header = JSON.parse(new TextDecoder().decode(frame.subarray(4, 4 + length))) as unknown[];
    expect(header[3]).toEqual([[2, 0], [], [1]]);
    expect([...frame.subarray(4 + length)]).toEqual([1, 2, 3]);
  });

  it('sends the memory of a view, as it was when it was sent', () => {
    const memory = bytes(0, 1, 2, 3);
    const message = encodeMessage(['msg', 'a', {}], [new DataView(memory.buffer, 1, 2)]);
    memory.fill(9);
    expect([...message.buffers[0]!]).toEqual([1, 2]);
  });
});

describe('decodeFrame', () => {
  it('decodes a batch', () => {
    const batch = decodeFrame('[2,5,[["ready"]]]');
    expect(batch).toEqual({ type: 'batch', ack: 2, first: 5, messages: [['ready']] });
  });

  it('decodes a control message', () => {
    expect(decodeFrame('{"type":"pong"}')).toEqual({ type: 'pong' });
  });

  it('gives each buffer its own memory', () => {
    const frame = binaryFrame(
      [0, 1, [['msg', 'a', {}], ['msg', 'b', {}]], [[2, 0], [1]]],
      bytes(1, 2),
      bytes(3),
    );
    const { buffers } = decodeFrame(frame) as Batch;
    expect(buffers!.map((ofMessage) => ofMessage.map((view) => [...new Uint8Array(view.buffer)])))
      .toEqual([[[1, 2], []], [[3]]]);
  });

  it.each([
    ['no header', new ArrayBuffer(3)],
    ['a header that ends later than the frame', new Uint8Array([0, 0, 1, 0, 1]).buffer],
    ['lengths that are too small', binaryFrame([0, 1, [['ready']], [[1]]], bytes(1, 2))],
    ['lengths that are too large', binaryFrame([0, 1, [['ready']], [[3]]], bytes(1, 2))],
    ['no lengths', binaryFrame([0, 1, [['ready']]], bytes(1))],
    ['lengths for other messages', binaryFrame([0, 1, [['ready']], []])],
  ])('refuses %s', (_, frame) => {
    expect(() => decodeFrame(frame)).toThrow(ProtocolError);
  });

  it.each(['[]', '[1,2]', '["a",1,[]]', '[1,1,{}]'])('refuses %s', (text) => {
    expect(() => decodeFrame(text)).toThrow(ProtocolError);
  });
});
