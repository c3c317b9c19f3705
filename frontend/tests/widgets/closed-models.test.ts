import type { WidgetModel } from '@jupyter-widgets/base';
import { expect, it } from 'vitest';
import { ClosedModels } from '../../src/widgets/closed-models';
import { flush } from '../flush';

const MODEL = Promise.resolve({} as WidgetModel);

it('keeps models until all work that may ask for them has ended, even if it fails', async () => {
  const closed = new ClosedModels();
  const end: (() => void)[] = [];
  closed.track(new Promise<void>((resolve) => end.push(resolve)));
  closed.track(new Promise<void>((_, reject) => end.push(() => reject(new Error('broken')))));
  closed.keep('a', MODEL);
  end[0]!();
  await flush();
  expect(closed.get('a')).toBe(MODEL);
  end[1]!();
  await flush();
  expect(closed.get('a')).toBeUndefined();
});

it('keeps nothing if there is no such work', () => {
  const closed = new ClosedModels();
  closed.keep('a', MODEL);
  expect(closed.get('a')).toBeUndefined();
});

it('keeps only the latest models while some work never ends', () => {
  const closed = new ClosedModels();
  closed.track(new Promise(() => undefined));
  for (let number = 0; number <= 1000; number++) {
    closed.keep(String(number), MODEL);
  }
  expect([closed.get('0'), closed.get('1')]).toEqual([undefined, MODEL]);
});
