// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config';
import { colorModel, colorsOf, keepRoot, nameTheme, startSolara } from '../../src/solara';
import { flush } from '../flush';

const globals = globalThis as Record<string, unknown>;
const config = { root: '/pre', theme: 'dark' } as Config;

afterEach(() => {
  for (const name of ['solara', 'theme', 'vuetifyThemes', 'Vue']) {
    Reflect.deleteProperty(globals, name);
  }
});

describe('startSolara', () => {
  it('puts everything below the root path', () => {
    startSolara(config, { onModel: undefined });
    expect(globals['solara']).toMatchObject({ rootPath: '/pre', cdn: '/pre/_solara/cdn' });
    expect(globals['theme']).toEqual({ variant: 'dark' });
  });

  it('lets plugins for Vue 2 install themselves in Vue 3', () => {
    startSolara(config, { onModel: undefined });
    globals['Vue'] = { version: '3' };
    const vue = globals['Vue'] as { version: string; use(plugin: object): void };
    vue.use({});
    expect(vue.version).toBe('3');
  });
});

describe('keepRoot', () => {
  it('adds the root path to routes, and leaves other entries alone', () => {
    const pushed: unknown[] = [];
    const history = { pushState: (...args: unknown[]) => pushed.push(args[2]) };
    keepRoot(history as unknown as History, '/pre/shop');
    history.pushState({ top: 0 }, null, '/fruit');
    history.pushState({ key: 'a' }, '', '/pre/shop/other');
    expect(pushed).toEqual(['/pre/shop/fruit', '/pre/shop/other']);
  });
});

describe('nameTheme', () => {
  const names = () => [...document.body.classList].filter((name) => name.startsWith('theme--'));

  it('follows the page, and the app when there is one', async () => {
    document.documentElement.dataset['theme'] = 'dark';
    nameTheme(document);
    expect(names()).toEqual(['theme--dark']);
    document.body.innerHTML = '<div class="v-application v-theme--light"></div>';
    await flush();
    expect(names()).toEqual(['theme--light']);
    document.body.firstElementChild?.classList.replace('v-theme--light', 'v-theme--dark');
    await flush();
    expect(names()).toEqual(['theme--dark']);
  });
});

describe('the themes of an app', () => {
  it('can be written for Vuetify 2 and 3', () => {
    expect(colorsOf({ primary: '#111', dark: true })).toEqual({ primary: '#111' });
    expect(colorsOf({ primary: '#111', colors: { primary: '#222', 'on-surface': '#333' } })).toEqual(
      { primary: '#222', 'on-surface': '#333' },
    );
    expect(colorsOf(undefined)).toEqual({});
  });

  it('are passed to the models of the kernel', () => {
    globals['vuetifyThemes'] = { light: { colors: { 'on-surface': '#333' } } };
    const values = new Map<string, unknown>([['_theme_name', 'light']]);
    let saved = 0;
    colorModel({
      get: (name: string) => values.get(name),
      set: (name: string, value: unknown) => values.set(name, value),
      save_changes: () => (saved += 1),
    } as never);
    expect(values.get('on_surface')).toBe('#333');
    expect(saved).toBe(1);
  });
});
