/** What the components of solara-ui look for in the page that they are shown in. */
import '../styles/solara.css';
import 'virtual:old-icons.css';
import type { WidgetModel } from '@jupyter-widgets/base';
import type { Config } from '../config';

/** Colours by name, in Vuetify 3's form or in Vuetify 2's, which has no `colors` between. */
type Theme = Record<string, unknown> & { colors?: Record<string, unknown> };
type Themes = Record<string, Theme>;

/** What the scripts of an app, and its components, share with the page by global names. */
interface Globals {
  solara?: { rootPath: string; cdn: string; router: object };
  theme?: { variant: string };
  /** What an app's `theme.js` defines. */
  vuetifyThemes?: Themes;
  selected?: unknown;
  selected_value?: unknown;
  values?: unknown;
}

/** What the models of a page are told to. */
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
  // The template of PivotTable assigns them without declaring them, which a module may not.
  globals.selected = globals.selected_value = globals.values = undefined;
  if (globals.vuetifyThemes !== undefined) {
    colorFirstApp(globals.vuetifyThemes);
    models.onModel = (model) => {
      if (model.name === 'ThemeColorsModel') {
        // Its comm takes messages once it has been made.
        setTimeout(() => colorModel(model));
      }
    };
  }
}

/**
 * The widget that moves the page from route to route gives the history paths of the app, without
 * what is before them. It is known by the state that it gives with them.
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
 * Style sheets of apps tell light from dark by a class around everything, as Vuetify 2 has it. The
 * page's own follows the app's theme, or the page's where there is no app yet.
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
 * jupyter-vue gives Vue 3 a global name, in which plugins that are made for Vue 2 too look for
 * something to install themselves in.
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

/** Gives a theme of the kernel the colours that the app's `theme.js` has for it. */
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

/** The views of a page share one Vuetify, which is there with the first of them. */
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
