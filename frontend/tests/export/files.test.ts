import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { Files } from '../../src/export/files';

describe('Files', () => {
  const packed = (text: string) => gzipSync(text).toString('base64');

  it('returns object URLs for files, also in style sheets', async () => {
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
