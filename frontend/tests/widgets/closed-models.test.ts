import type { WidgetModel } from '@jupyter-widgets/base';
import { expect, it } from 'vitest';
import { ClosedModels } from '../../src/widgets/closed-models';

const MODEL = Promise.resolve({} as WidgetModel);
const settle = () => new Promise((resolve) => setTimeout(resolve));

it('keeps models until all has ended that may ask for them, also what fails', async () => {
  const closed = new ClosedModels();
  const end: (() => void)[] = [];
  closed.track(new Promise<void>((resolve) => end.push(resolve)));
  closed.track(new Promise<void>((_, reject) => end.push(() => reject(new Error('broken')))));
  closed.keep('a', MODEL);
  end[0]!();
  await settle();
  expect(closed.get('a')).toBe(MODEL);
  end[1]!();
  await settle();
  expect(closed.get('a')).toBeUndefined();
});

it('keeps nothing where nobody may ask', () => {
  const closed = new ClosedModels();
  closed.keep('a', MODEL);
  expect(closed.get('a')).toBeUndefined();
});

it('keeps the latest only while something never ends', () => {
  const closed = new ClosedModels();
  closed.track(new Promise(() => undefined));
  for (let number = 0; number <= 1000; number++) {
    closed.keep(String(number), MODEL);
  }
  expect([closed.get('0'), closed.get('1')]).toEqual([undefined, MODEL]);
});
