// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { dependencies as pinned } from '../../package.json';
import { hostModules } from '../../src/loader/host-modules';

describe('hostModules', () => {
  const named = Object.entries(hostModules).filter(([name]) => name in pinned);
  it.each(named)('gives %s the version that is installed', (name, { version }) => {
    expect(version).toBe((pinned as Record<string, string>)[name]);
  });
});
