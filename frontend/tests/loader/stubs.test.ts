// @vitest-environment happy-dom
import type { Token } from '@lumino/coreutils';
import { describe, expect, it } from 'vitest';
import { hostModule } from '../../src/loader/host-modules';
import { anything } from '../../src/loader/stubs';

describe('stubs', () => {
  it('have tokens with the names that extensions compare', () => {
    const module = hostModule('@jupyterlab/notebook')!.module as Record<string, Token<unknown>>;
    expect(module['INotebookTracker']!.name).toBe('@jupyterlab/notebook:INotebookTracker');
  });

  it('can be called and constructed, and have any member', () => {
    const app = anything('app') as { commands: { add(): unknown } };
    expect(() => app.commands.add()).not.toThrow();
    const Class = anything('Class') as new () => object;
    expect(() => new Class()).not.toThrow();
  });

  it('are not promises', async () => {
    const app = anything('app');
    expect(await Promise.resolve(app)).toBe(app);
  });
});
