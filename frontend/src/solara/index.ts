/** Provides what the components of solara-ui expect in their page. */
import '../styles/solara.css';
import 'virtual:old-icons.css';
import type { WidgetModel } from '@jupyter-widgets/base';
import type { Config } from '../config';
import { removeStyles } from './styles';

/** Colours by name: under `colors` as in Vuetify 3, or directly as in Vuetify 2. */
type Theme = Record<string, unknown> & { colors?: Record<string, unknown> };
type Themes = Record<string, Theme>;

/** The global names that an app's scripts and components share with the page. */
interface Globals {
  solara?: { rootPath: string; cdn: string; router: object };
  theme?: { variant: string };
  /** Defined by an app's `theme.js`. */
  vuetifyThemes?: Themes;
  selected?: unknown;
  selected_value?: unknown;
  values?: unknown;
}

/** The part of the widget manager that is needed here. */
interface Models {
  onModel: ((model: WidgetModel) => void) | undefined;
}

interface Vuetify {
  theme?: { themes?: Themes | { value: Themes } };
}

interface VueElement extends Element {
  __vue_app__?: { config: { globalProperties: { $vuetify?: Vuetify } } };
  __vue__?: { $vuetify?: Vuetify };
}

const globals = globalThis as Globals;

export function startSolara(config: Config, models: Models): void {
  const rootPath = config.root + (config.mount ?? '');
  keepRoot(history, rootPath);
  globals.solara = {
    rootPath,
    cdn: `${config.root}/_solara/cdn`,
    router: {},
    ...globals.solara,
  };
  globals.theme = { variant: config.theme };
  acceptPlugins();
  nameTheme(document);
  // PivotTable's template assigns these without declaring them, which fails in a module.
  globals.selected = globals.selected_value = globals.values = undefined;
  const themes = globals.vuetifyThemes;
  if (themes !== undefined) {
    colorFirstApp(themes);
  }
  const withoutStyles = removeStyles(document);
  models.onModel = (model) => {
    withoutStyles(model);
    if (themes !== undefined && model.name === 'ThemeColorsModel') {
      // Its comm works only after the model has been created.
      setTimeout(() => colorModel(model));
    }
  };
}

/**
 * Adds the app's root path to the routes that Solara's router widget adds to the history. Its entries
 * are recognised by their state.
 */
export function keepRoot(history: History, rootPath: string): void {
  if (rootPath === '') {
    return;
  }
  const push = history.pushState.bind(history);
  history.pushState = (state: unknown, unused, url) => {
    const isRoute = typeof state === 'object' && state !== null && 'top' in state;
    const below = isRoute && typeof url === 'string' && url.startsWith('/');
    push(state, unused, below ? rootPath + url : url);
  };
}

/**
 * Gives the page the class by which style sheets of apps distinguish light and dark, as in Vuetify 2.
 * It follows the theme of the app, or the theme of the page if there is no app yet.
 */
export function nameTheme(document: Document): void {
  const { body, documentElement } = document;
  const apply = () => {
    const app = document.querySelector('.v-application');
    const dark = app
      ? app.matches('.v-theme--dark, .theme--dark')
      : documentElement.dataset['theme'] === 'dark';
    if (!body.classList.contains(dark ? 'theme--dark' : 'theme--light')) {
      body.classList.toggle('theme--dark', dark);
      body.classList.toggle('theme--light', !dark);
    }
  };
  apply();
  new MutationObserver(apply).observe(documentElement, {
    attributes: true,
    attributeFilter: ['class', 'data-theme'],
    childList: true,
    subtree: true,
  });
}

/**
 * Lets plugins for Vue 2 install themselves in Vue 3, which jupyter-vue makes global: they expect a
 * function `use`.
 */
function acceptPlugins(): void {
  let vue: object | undefined;
  Object.defineProperty(globalThis, 'Vue', {
    configurable: true,
    get: () => vue,
    set(given: object) {
      vue = 'use' in given ? given : { ...given, use: () => undefined };
    },
  });
}

/** Sets the colours of a theme in the kernel to those of the app's `theme.js`. */
export function colorModel(model: Pick<WidgetModel, 'get' | 'set' | 'save_changes'>): void {
  const colors = colorsOf(globals.vuetifyThemes?.[String(model.get('_theme_name'))]);
  for (const [name, color] of Object.entries(colors)) {
    model.set(name.replaceAll('-', '_'), color);
  }
  model.save_changes();
}

export function colorsOf(theme: Theme | undefined): Record<string, string> {
  const entries = Object.entries({ ...theme, ...theme?.colors });
  const named = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(named);
}

/** Sets the colours of Vuetify, which all views share and the first one creates. */
function colorFirstApp(themes: Themes): void {
  const observer = new MutationObserver(() => {
    const app = document.querySelector<VueElement>('[data-v-app], .v-application');
    const vuetify = app?.__vue_app__?.config.globalProperties.$vuetify ?? app?.__vue__?.$vuetify;
    const held = vuetify?.theme?.themes;
    if (held === undefined) {
      return;
    }
    observer.disconnect();
    const current = 'value' in held ? (held.value as Themes) : held;
    for (const [name, theme] of Object.entries(themes)) {
      const target = current[name];
      if (target !== undefined) {
        Object.assign(target.colors ?? target, colorsOf(theme));
      }
    }
  });
  observer.observe(document.body, { childList: true, subtree: true });
}
