import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { Files } from '../../src/export/files';
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
  it('acknowledges what is sent, so that widgets go on', async () => {
    const update = ['msg', 'a', { method: 'update', state: { value: 1 } }];
    expect(await answersTo(JSON.stringify([0, 3, [update, update]]))).toEqual([[4, 0, []]]);
  });

  it('reads the header of binary frames', async () => {
    const header = new TextEncoder().encode('[0,1,[["msg","a",{"method":"update"}]],[[2]]]');
    const frame = new Uint8Array(4 + header.length + 2);
    new DataView(frame.buffer).setUint32(0, header.length);
    frame.set(header, 4);
    expect(await answersTo(frame)).toEqual([[1, 0, []]]);
  });

  it('says once that there is no app to ask', async () => {
    const click = (number: number) =>
      JSON.stringify([0, number, [['msg', 'a', { method: 'custom', content: { event: 'click' } }]]]);
    const [first, second] = await answersTo(click(1), click(2));
    expect(JSON.stringify(first)).toContain('without its server');
    expect(second).toEqual([2, 0, []]);
  });

  it('answers pings, and nothing where only something was confirmed', async () => {
    expect(await answersTo('{"type":"ping"}', '[5,1,[]]')).toEqual([{ type: 'pong' }]);
  });

  it('gives the frames as a socket would', () => {
    const frames = framesOf({ frames: [{ text: '[]' }, { base64: 'AAEC' }] });
    expect(frames[0]).toBe('[]');
    expect([...new Uint8Array(frames[1] as ArrayBuffer)]).toEqual([0, 1, 2]);
  });
});

describe('Files', () => {
  const packed = (text: string) => gzipSync(text).toString('base64');

  it('gives its own addresses for files and for what styles name', async () => {
    let count = 0;
    const made: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      made.push(blob as Blob);
      return `blob:${(count += 1)}`;
    });
    const files = await Files.unpack({
      'https://x.invalid/s/a.css': ['text/css', packed('a{b:url(./f.woff2)}c{d:url(data:x)}')],
      'https://x.invalid/s/f.woff2': ['font/woff2', packed('font')],
      'https://x.invalid/s/m.js': ['text/javascript', packed('1')],
    });
    const font = files.translate('https://x.invalid/s/f.woff2?v=1');
    expect(font).toMatch(/^blob:/);
    expect(files.translate('https://elsewhere.invalid/')).toBe('https://elsewhere.invalid/');
    expect(await made.at(-1)!.text()).toBe(`a{b:url("${font}")}c{d:url(data:x)}`);
    // Only modules: style sheets are not imported.
    expect(Object.keys(files.importMap().imports)).toEqual(['https://x.invalid/s/m.js']);
  });
});
