import { describe, expect, it } from 'vitest';
import { framesOf, RecordedSocket } from '../../src/export/recorded-socket';

async function answersTo(...sent: (string | Uint8Array<ArrayBuffer>)[]): Promise<unknown[]> {
  const socket = new RecordedSocket();
  const answers: unknown[] = [];
  socket.onmessage = (event) => answers.push(JSON.parse(event.data as string));
  for (const data of sent) {
    socket.send(data);
  }
  await Promise.resolve();
  return answers;
}

describe('RecordedSocket', () => {
  it('acknowledges messages, so that widgets continue', async () => {
    const update = ['msg', 'a', { method: 'update', state: { value: 1 } }];
    expect(await answersTo(JSON.stringify([0, 3, [update, update]]))).toEqual([[4, 0, []]]);
  });

  it('decodes the header of binary frames', async () => {
    const header = new TextEncoder().encode('[0,1,[["msg","a",{"method":"update"}]],[[2]]]');
    const frame = new Uint8Array(4 + header.length + 2);
    new DataView(frame.buffer).setUint32(0, header.length);
    frame.set(header, 4);
    expect(await answersTo(frame)).toEqual([[1, 0, []]]);
  });

  it('reports once that there is no server', async () => {
    const click = (number: number) =>
      JSON.stringify([0, number, [['msg', 'a', { method: 'custom', content: { event: 'click' } }]]]);
    const [first, second] = await answersTo(click(1), click(2));
    expect(JSON.stringify(first)).toContain('without its server');
    expect(second).toEqual([2, 0, []]);
  });

  it('answers pings, but not acknowledgements', async () => {
    expect(await answersTo('{"type":"ping"}', '[5,1,[]]')).toEqual([{ type: 'pong' }]);
  });

  it('returns the frames as a socket would', () => {
    const frames = framesOf({ frames: [{ text: '[]' }, { base64: 'AAEC' }] });
    expect(frames[0]).toBe('[]');
    expect([...new Uint8Array(frames[1] as ArrayBuffer)]).toEqual([0, 1, 2]);
  });
});
