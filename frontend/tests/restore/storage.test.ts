// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mayReload, takeEntries, saveEntries } from '../../src/restore';

const storage = () => sessionStorage;

beforeEach(() => {
  sessionStorage.clear();
  document.body.innerHTML = '';
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('saved entries', () => {
  const entry = { position: 0, model: 'TextModel', trait: 'value', value: 'x' };

  it('are returned once, for the same path', () => {
    saveEntries(storage, '/app', [entry]);
    expect(takeEntries(storage, '/other')).toEqual([]);
    expect(takeEntries(storage, '/app')).toEqual([entry]);
    expect(takeEntries(storage, '/app')).toEqual([]);
  });

  it('are empty if they cannot be read', () => {
    sessionStorage.setItem('sundog-entered:/app', '{');
    expect(takeEntries(storage, '/app')).toEqual([]);
  });
});

it('reloads by itself once, and again only after a while', () => {
  expect(mayReload(storage, 100_000)).toBe(true);
  expect(mayReload(storage, 105_000)).toBe(false);
  expect(mayReload(storage, 120_000)).toBe(true);
});
