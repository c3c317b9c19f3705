import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { eitherGrid } from '../../build/cdn';
import { missingIcons } from '../../build/old-icons';

describe('what is made for components while the bundle is built', () => {
  it('gives each Vue the grid that is made for it', () => {
    const umd = "define(['vue'], (Vue) => 'for ' + Vue.version);";
    const code = eitherGrid(umd, "var GridLayoutPlus = 'for three, ' + Vue.version;");
    const load = (version: string) => {
      let made: unknown;
      const define = (_: string[], factory: (vue: object) => unknown) => {
        made = factory({ version });
      };
      runInNewContext(code, { define });
      return made;
    };
    expect(load('2.7.16')).toBe('for 2.7.16');
    expect(load('3.5.1')).toBe('for three, 3.5.1');
  });

  it('adds the icons that are no more', () => {
    const old = '.mdi-discord::before{content:"\\F66F"}.mdi-ab::before{content:"\\F001C"}';
    const present = '.mdi-ab::before{content:"\\F001C"}';
    expect(missingIcons(old, present, 'f.woff2')).toContain('unicode-range:U+F66F}');
    expect(missingIcons(old, present, 'f.woff2')).not.toContain('mdi-ab');
  });
});
