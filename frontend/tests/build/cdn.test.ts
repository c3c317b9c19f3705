import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { eitherGrid } from '../../build/cdn';

it('uses the grid for the version of Vue', () => {
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
