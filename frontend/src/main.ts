/** Starts the page: makes its parts, and connects them. */
import '@jupyter-widgets/controls/css/labvariables.css';
import '@lumino/widgets/style/index.css';
import './styles/theme.css';
import './styles/page.css';
import './styles/output.css';
import { addressOf, displayUrl, openSocket, readConfig } from './config';
import { Connection, type EarlySocket } from './connection';
import { startDevelopment } from './development';
import { Loader, offerPageModules } from './loader';
import { Menu, Navigation } from './navigation';
import { MissingResourceNotes } from './network-watch';
import { onOutputCode, type RichRenderer } from './output';
import {
  ConnectionHandlers,
  ErrorPanel,
  MessageRouter,
  PageArea,
  PageChannel,
  Restart,
  startTheme,
  Status,
  watchPage,
} from './page';
import { EnteredValues } from './restore';
import { fetchChunk, lazy, server } from './retry';
import { Manager } from './widgets';

function elementById(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) {
    throw new Error(`The page has no element #${id}.`);
  }
  return element;
}

const config = readConfig(document);
// The page may show a single widget. Such a page is a window of its own, and navigates nowhere.
const widget = config.widget || undefined;
startTheme(config.theme);

// What the page shows about itself
const root = elementById('sundog-root');
const status = new Status(elementById('sundog-status'), root);
const errors = new ErrorPanel(document.body, config.editor);

// The code of widgets and outputs
const loadIcons = () => {
  fetchChunk(() => import('./bundled/icons')).catch((error: unknown) =>
    console.warn('The icons could not be loaded', error),
  );
};
const loader = new Loader(config.extensions, () => {
  loadIcons();
  missingResources.start(window);
});
const missingResources = new MissingResourceNotes((module) => loader.packageOf(module));
onOutputCode((place, code) => missingResources.watchCode(place, code));
const loadRich = lazy<RichRenderer>(async () => {
  const { LargeDisplays, Rich } = await fetchChunk(() => import('./output/rich'));
  const largeDisplays = new LargeDisplays((hash) => displayUrl(config, hash), config.token);
  return new Rich(loader, largeDisplays, (number, text) => {
    channel.send(['answer', number, text]);
  });
});

// The connection, and what uses it
const entered = new EnteredValues();
const restart = new Restart(window, config, entered, status);
const connection = new Connection((seen) => openSocket(config, location, seen), config.page);
server.onLoadFailure = () => connection.check();
const channel = new PageChannel(connection, entered);
const manager = new Manager(channel, loader, loadRich);
manager.onView = (view) => missingResources.watch(view);
const area = new PageArea(root, manager, () => status.visible(), widget);
const address = addressOf(config.root, location.origin, new URL(location.href)) ?? '/';
const menu = new Menu(document, config.root, address);
const navigation = new Navigation(
  config,
  (message, onAcknowledged) => channel.send(message, undefined, onAcknowledged),
  root,
  {
    moved: (to) => menu.mark(to),
    waiting: () => status.loading(),
    arrived: () => status.ready(),
  },
);

const onReady = () => {
  status.ready();
  navigation.ready();
  area.ready();
  restart.offerSavedValues(manager);
};
const router = new MessageRouter({
  manager,
  area,
  errors,
  status,
  navigation: widget === undefined ? navigation : undefined,
  setTitle: (title) => (document.title = title),
  onReady,
});
if (widget === undefined) {
  navigation.start();
}
offerPageModules();
const development =
  __DEVELOPMENT__ && config.mode === 'development'
    ? await startDevelopment(
        { document, root, channel, menu, status, errors, restart, connection, manager },
        config.editor,
      )
    : undefined;
watchPage(config, connection, restart.restart);
if (config.solara) {
  const { startSolara } = await fetchChunk(() => import('./solara'));
  startSolara(config, manager);
}
const handlers = new ConnectionHandlers(
  {
    connection,
    channel,
    router,
    manager,
    area,
    navigation,
    entered,
    status,
    errors,
    restart,
    server,
    onReady,
  },
  development,
);
connection.start(handlers, (globalThis as { sundogEarly?: EarlySocket }).sundogEarly);
// The icons are small, but the first content must not wait for them.
requestIdleCallback(loadIcons, { timeout: 1000 });
