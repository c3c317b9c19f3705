/** Shows notes beside widgets and outputs that could not load something from another host. */
import type { WidgetView } from '@jupyter-widgets/base';
import { watchNetwork } from './watch';
import type { MissingResource } from './missing-resource';

const MAX_RESOURCES = 50;
const LIST_CLASS = 'sundog-missing-resources';
/** The values of ipywidgets' own widgets are plain text, even if they contain URLs. */
const CORE = '@jupyter-widgets/';
const PACKAGE = /\/_sundog\/(?:lab|nb)extensions\/[^/]+\/((?:@[^/]+\/)?[^/?#]+)\//g;

export class MissingResourceNotes {
  private started = false;
  private readonly views = new Set<WidgetView>();
  private readonly missing = new Map<string, MissingResource>();
  /** The list of notes beside each view. */
  private readonly lists = new WeakMap<WidgetView, Element>();
  /** The elements of outputs, with their code. Nothing reports when an output is cleared. */
  private readonly outputs = new Map<WeakRef<HTMLElement>, string>();

  /** `packageOf` returns the package that registers a widget module, if it is known. */
  constructor(private readonly packageOf: (module: string) => string | undefined) {}

  /** Starts watching, if it has not started yet. */
  start(scope: Window & typeof globalThis): void {
    if (this.started) {
      return;
    }
    this.started = true;
    watchNetwork(scope, (resource) => this.add(resource));
  }

  /** Shows a note beside a view, now or later, if it needs a resource that is missing. */
  watch(view: WidgetView): void {
    this.views.add(view);
    view.once('remove', () => {
      this.views.delete(view);
      this.lists.get(view)?.remove();
    });
    const addNotes = () => this.missing.forEach((resource) => this.noteIfConcerned(view, resource));
    addNotes();
    // A note cannot be placed before the view is in the page.
    view.once('displayed', addNotes);
  }

  /** Shows a note in an output, now or later, if its code needs a resource that is missing. */
  watchCode(place: HTMLElement, code: string): void {
    if (!code.includes('://')) {
      return;
    }
    this.start(window);
    this.outputs.set(new WeakRef(place), code);
    this.missing.forEach((resource) => noteInOutput(place, code, resource));
  }

  /** Takes a resource that could not be loaded. */
  add(resource: MissingResource): void {
    const key = `${resource.cause} ${resource.host} ${packagesIn(resource.source).join()}`;
    const known = this.missing.has(key);
    if (!known && this.missing.size < MAX_RESOURCES) {
      this.missing.set(key, resource);
    }
    if (!known || resource.element !== undefined) {
      this.views.forEach((view) => this.noteIfConcerned(view, resource));
      this.outputs.forEach((code, reference) => {
        const place = reference.deref();
        if (place === undefined) {
          this.outputs.delete(reference);
        } else {
          noteInOutput(place, code, resource);
        }
      });
    }
  }

  private noteIfConcerned(view: WidgetView, resource: MissingResource): void {
    if (this.concerns(view, resource)) {
      this.addNote(view, resource);
    }
  }

  /** Shows a note below a widget, once for each host. */
  private addNote(view: WidgetView, resource: MissingResource): void {
    if (view.el.parentElement === null) {
      return;
    }
    const list = this.lists.get(view) ?? makeList();
    this.lists.set(view, list);
    view.el.after(list);
    write(list, resource, 'widget');
  }

  private concerns(view: WidgetView, { element, source, host }: MissingResource): boolean {
    if (element !== undefined && [...this.views].some(({ el }) => el.contains(element))) {
      // With nested views, the innermost one asked for it.
      return view.el.contains(element) && !this.hasInner(view, element);
    }
    const module = String(view.model.get('_view_module'));
    const packages = packagesIn(source);
    if (module !== 'anywidget' && packages.includes(this.packageOf(module) ?? module)) {
      return true;
    }
    // The code of an anywidget is in its model. Other widgets may have got the URL from Python.
    return !module.startsWith(CORE) && mentions(Object.values(view.model.attributes), host);
  }

  private hasInner(view: WidgetView, element: Element): boolean {
    return [...this.views].some(
      (other) => other !== view && view.el.contains(other.el) && other.el.contains(element),
    );
  }
}

function packagesIn(source: string): string[] {
  return [...source.matchAll(PACKAGE)].map((match) => decodeURIComponent(match[1]!));
}

function mentions(texts: unknown[], host: string): boolean {
  const name = new RegExp(`(?<![\\w.-])${host.replaceAll(/[.[\]]/g, '\\$&')}(?![\\w.-])`);
  return texts.some((value) => typeof value === 'string' && name.test(value));
}

/** Shows a note at the end of an output, so that it is cleared with the output. */
function noteInOutput(place: HTMLElement, code: string, resource: MissingResource): void {
  if (!mentions([code], resource.host)) {
    return;
  }
  let list = place.lastElementChild;
  if (!list?.classList.contains(LIST_CLASS)) {
    list = makeList();
    place.append(list);
  }
  write(list, resource, 'output');
}

function makeList(): Element {
  const list = document.createElement('div');
  list.className = LIST_CLASS;
  list.setAttribute('role', 'note');
  return list;
}

function write(list: Element, { host, cause }: MissingResource, what: string): void {
  const key = `${cause} ${host}`;
  if ([...list.children].some((child) => (child as HTMLElement).dataset['key'] === key)) {
    return;
  }
  const line = document.createElement('p');
  line.dataset['key'] = key;
  line.textContent =
    cause === 'policy'
      ? `This ${what} needs code from ${host}, which this page is not allowed to load. To allow it, ` +
        `start the server with SUNDOG_SCRIPT_SOURCES=https://${host}.`
      : `This ${what} could not reach ${host}. Parts of it may be missing.`;
  list.append(line);
}
