/** Starts the page. */
import '@jupyter-widgets/controls/css/labvariables.css';
import '@lumino/widgets/style/index.css';
import './styles/theme.css';
import './styles/page.css';
import './styles/output.css';
import { addressOf, readConfig, socketUrl } from './page/config';
import type { Channel } from './widgets/comm';
import { Connection, type EarlySocket, type Handlers } from './connection';
import { startDevelopment } from './development';
import { ErrorPanel } from './page/error-panel';
import type { Traffic } from './inspector/traffic';
import { Loader } from './loader';
import { onOutputCode } from './output/output-code';
import { MissingResourceNotes } from './network-watch';
import { Manager } from './widgets/manager';
import { Menu } from './navigation/menu';
import { Navigation } from './navigation';
import type { RichRenderer } from './output/area';
import { offerOwnModules } from './loader/page-modules';
import { watchPage } from './page/lifecycle';
import { PageArea } from './page/area';
import { fetchChunk, lazy, server } from './retry';
import type { OutputItem, ServerMessage } from './protocol';
import { EnteredValues, mayReload, offerRestore, restoreValues, loadEntries, saveEntries } from './restore';
import { keepScrollAndFocus, swapStyles } from './page/reload';
import { Status } from './page/status';
import { startTheme } from './page/theme';

function elementById(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) {
    throw new Error(`The page has no element #${id}.`);
  }
  return element;
}

const config = readConfig(document);
startTheme(config.theme);

const root = elementById('sundog-root');
const status = new Status(elementById('sundog-status'), root);
const errors = new ErrorPanel(document.body, config.editor);
const faults = new ErrorPanel(document.body, config.editor, {
  id: 'sundog-fault',
  label: 'Why the app can not run as it is now',
});

const loadIcons = () => {
  fetchChunk(() => import('./bundled/icons')).catch((error: unknown) => console.warn('No icons', error));
};
const loader = new Loader(config.extensions, () => {
  loadIcons();
  unreachable.start(window);
});
const unreachable = new MissingResourceNotes((module) => loader.packageOf(module));
const loadRich = lazy<RichRenderer>(async () => {
  const { Rich } = await fetchChunk(() => import('./output/rich'));
  return new Rich(loader);
});

const openSocket = (seen: number) => {
  navigation.connecting();
  return new WebSocket(socketUrl(config, location, seen));
};
const handlers: Handlers = {
  message: applyMessage,
  beginSync() {
    manager.beginSync();
    area.beginSync();
  },
  endSync() {
    manager.endSync();
    area.endSync();
    ready();
    restoreScrollAndFocus();
    restoreScrollAndFocus = () => undefined;
  },
  reset() {
    manager.reset();
    area.reset();
    navigation.reset();
    entered.clear();
    errors.clear();
    status.loading();
  },
  status(state, text) {
    if (state === 'reloading' || text === '') {
      status.reloading(text);
    } else {
      status.progress(text);
    }
  },
  reloading() {
    errors.clear();
    restoreScrollAndFocus = keepScrollAndFocus(root);
  },
  fault(report) {
    faults.clear();
    if (report !== null) {
      faults.show(report);
      root.removeAttribute('aria-busy');
      status.visible();
    }
  },
  assets(styles, reload) {
    // They may have been of what has changed.
    errors.clear();
    if (reload || !swapStyles(document, styles)) {
      restartApp();
    }
  },
  state(state) {
    server.connected = state.name !== 'reconnecting';
    switch (state.name) {
      case 'connecting':
        break;
      case 'left':
      case 'open':
        // A page that is left does not connect again, so it need not say that it does.
        status.connected();
        break;
      case 'reconnecting':
        status.reconnecting(
          state.reason ?? 'The connection is lost. Reconnecting…',
          () => connection.wake(),
        );
        break;
      case 'ended':
        ended(state.known);
        break;
    }
  },
  menu(links) {
    menu.replace(links);
  },
  handled(id, milliseconds) {
    traffic?.handled(id, milliseconds);
  },
  dropped(reason) {
    errors.show({ id: '', title: 'What you sent did not reach the app', text: reason });
  },
};
let restoreScrollAndFocus = () => undefined as void;
const connection = new Connection(openSocket, handlers, config.page);
server.onLoadFailure = () => connection.check();
const entered = new EnteredValues();
/** Who looks at the page's messages, if somebody does. */
let traffic: Traffic | undefined;
const channel: Channel = {
  send(message, buffers, onAcknowledged) {
    entered.sent(message);
    const id = connection.send(message, buffers, () => {
      onAcknowledged?.();
      traffic?.acknowledged(id);
    });
    traffic?.sent(id, message, buffers ?? []);
    return id;
  },
};
const manager = new Manager(channel, loader, loadRich);
const here = new URL(location.href);
const menu = new Menu(document, config.root, addressOf(config.root, location.origin, here) ?? '/');
manager.onView = (view) => unreachable.watch(view);
onOutputCode((place, code) => unreachable.watchCode(place, code));
const navigation = new Navigation(
  config,
  (message, onAcknowledged) => channel.send(message, undefined, onAcknowledged),
  root,
  {
    moved: (place) => menu.mark(place),
    waiting: () => status.loading(),
    arrived: () => status.ready(),
  },
);
// A window that shows one widget goes nowhere, and has nothing of its own to keep.
const widget = config.widget || undefined;
const area = new PageArea(root, manager, () => status.visible(), widget);

function applyMessage(message: ServerMessage, buffers: DataView[]): void {
  entered.received(message);
  traffic?.received(message, buffers);
  switch (message[0]) {
    case 'msg':
      manager.deliver(message[1], message[2], message[3], buffers);
      break;
    case 'open':
      manager.openComm(message[1], message[2], message[3], message[4], buffers);
      break;
    case 'close':
      manager.closeComm(message[1], message[2]);
      break;
    case 'output':
      applyOutput(message[1], message[2]);
      break;
    case 'error':
      errors.show(message[1]);
      status.visible();
      break;
    case 'location':
      if (widget === undefined) {
        navigation.follow(message[1], message[2]);
      }
      break;
    case 'title':
      document.title = message[1];
      break;
    case 'ready':
      ready();
      break;
  }
}

function applyOutput(areaId: string, item: OutputItem): void {
  if (item.output_type === 'update_display_data') {
    // A display may stand in several places.
    area.applyItem(item);
    manager.outputAreas.forEach((output) => output.applyItem(item));
  } else if (areaId === '') {
    area.applyItem(item);
  } else {
    manager.applyOutput(areaId, item);
  }
}

// Asking for it fails where the browser forbids storage.
const storage = () => sessionStorage;
let kept = widget === undefined ? loadEntries(storage, location.pathname) : [];

/** The app's first run has ended: what the user had entered before finds its widgets. */
function ready(): void {
  status.ready();
  navigation.ready();
  area.ready();
  const matching = entered.matching(kept);
  kept = [];
  if (matching.length > 0) {
    offerRestore(document.body, () => void restoreValues(manager, matching));
  }
}

/** Loads the page again, which offers back what was entered in this one. */
function restartApp(): void {
  saveEntries(storage, location.pathname, entered.entries);
  location.reload();
}

function ended(known: boolean): void {
  if (widget !== undefined) {
    // The browser lets a window close itself that was opened by a page.
    window.close();
  }
  // A page that never had its kernel came from a cache: there is nothing in it to lose.
  const byItself = !known || config.expired === 'restart';
  if (byItself && mayReload(storage, Date.now())) {
    restartApp();
  } else {
    status.ended(restartApp);
  }
}

if (widget === undefined) {
  navigation.start();
}
offerOwnModules();
if (__DEVELOPMENT__ && config.mode === 'development') {
  await startDevelopment({ connection, manager, errors, tell: (who) => (traffic = who) });
}
watchPage(config, connection, restartApp);
if (config.solara) {
  const { startSolara } = await fetchChunk(() => import('./solara'));
  startSolara(config, manager);
}
connection.start((globalThis as { sundogEarly?: EarlySocket }).sundogEarly);
// The icons are small, but nothing that is seen first waits for them.
requestIdleCallback(loadIcons, { timeout: 1000 });
