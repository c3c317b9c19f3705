// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { type LabExtension, makeManifest } from '../../src/loader/manifest';

describe('makeManifest', () => {
  it('only contains what the server has sent', () => {
    const received = JSON.parse('{"labextensions": {"__proto__": {"url": "a/", "registers": []}}}') as {
      labextensions: Record<string, LabExtension>;
    };
    const { labextensions, nbextensions, first } = makeManifest(received, 'http://host/x/list.json?1');
    expect(labextensions['__proto__']!.url).toBe('http://host/x/a/');
    for (const table of [labextensions, nbextensions, first]) {
      expect('constructor' in table).toBe(false);
    }
  });
});
