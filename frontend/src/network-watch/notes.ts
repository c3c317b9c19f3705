/**
 * Says in a widget's place what it could not have of other hosts: what the page's policy forbids,
 * and what the network does not reach.
 */
import type { WidgetView } from '@jupyter-widgets/base';
import { watchAsking } from '.';
import type { Lack } from './missing-resource';

const MOST_LACKS = 50;
const LACKS = 'sundog-lacks';
/** What the page's own widgets show is text, whatever stands in it. */
const CORE = '@jupyter-widgets/';
const PACKAGE = /\/_sundog\/(?:lab|nb)extensions\/[^/]+\/((?:@[^/]+\/)?[^/?#]+)\//g;

/** Watches what fails, and marks the widgets that it fails for. */
export class Unreachable {
  private started = false;
  private readonly views = new Set<WidgetView>();
  private readonly lacks = new Map<string, Lack>();
  /** What stands beside views. */
  private readonly lists = new WeakMap<WidgetView, Element>();
  /** Places of outputs by their code. They may be cleared, and nobody tells. */
  private readonly outputs = new Map<WeakRef<HTMLElement>, string>();

  /** `packageOf` tells which package registers a widget module, if that is known. */
  constructor(private readonly packageOf: (module: string) => string | undefined) {}

  /** Watches from now on, if it does not yet. */
  start(scope: Window & typeof globalThis): void {
    if (this.started) {
      return;
    }
    this.started = true;
    watchAsking(scope, (lack) => this.note(lack));
  }

  /** Marks a view now or later, if it lacks something. */
  watch(view: WidgetView): void {
    this.views.add(view);
    view.once('remove', () => {
      this.views.delete(view);
      this.lists.get(view)?.remove();
    });
    const mark = () => this.lacks.forEach((lack) => this.markIfConcerned(view, lack));
    mark();
    // Beside a view that is in no place yet, nothing can be written.
    view.once('displayed', mark);
  }

  /** Marks an output now or later, if its code lacks something. */
  watchCode(place: HTMLElement, code: string): void {
    if (!code.includes('://')) {
      return;
    }
    this.start(window);
    this.outputs.set(new WeakRef(place), code);
    this.lacks.forEach((lack) => markOutput(place, code, lack));
  }

  note(lack: Lack): void {
    const key = `${lack.cause} ${lack.host} ${packagesIn(lack.source).join()}`;
    const known = this.lacks.has(key);
    if (!known && this.lacks.size < MOST_LACKS) {
      this.lacks.set(key, lack);
    }
    if (!known || lack.element !== undefined) {
      this.views.forEach((view) => this.markIfConcerned(view, lack));
      this.outputs.forEach((code, reference) => {
        const place = reference.deref();
        if (place === undefined) {
          this.outputs.delete(reference);
        } else {
          markOutput(place, code, lack);
        }
      });
    }
  }

  private markIfConcerned(view: WidgetView, lack: Lack): void {
    if (this.concerns(view, lack)) {
      this.mark(view, lack);
    }
  }

  /** Writes below a widget what it lacks, once for each host. */
  private mark(view: WidgetView, lack: Lack): void {
    if (view.el.parentElement === null) {
      return;
    }
    const list = this.lists.get(view) ?? makeList();
    this.lists.set(view, list);
    view.el.after(list);
    write(list, lack, 'widget');
  }

  private concerns(view: WidgetView, { element, source, host }: Lack): boolean {
    if (element !== undefined && [...this.views].some(({ el }) => el.contains(element))) {
      // Of views in each other, the innermost is the one that asked.
      return view.el.contains(element) && !this.hasInner(view, element);
    }
    const module = String(view.model.get('_view_module'));
    const packages = packagesIn(source);
    if (module !== 'anywidget' && packages.includes(this.packageOf(module) ?? module)) {
      return true;
    }
    // The code of an anywidget stands in its model; the browser runs it from memory. Others may
    // have been told by Python what to ask for.
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

/** Writes at the end of an output what it lacks: it is emptied together with it. */
function markOutput(place: HTMLElement, code: string, lack: Lack): void {
  if (!mentions([code], lack.host)) {
    return;
  }
  let list = place.lastElementChild;
  if (!list?.classList.contains(LACKS)) {
    list = makeList();
    place.append(list);
  }
  write(list, lack, 'output');
}

function makeList(): Element {
  const list = document.createElement('div');
  list.className = LACKS;
  list.setAttribute('role', 'note');
  return list;
}

function write(list: Element, { host, cause }: Lack, what: string): void {
  const key = `${cause} ${host}`;
  if ([...list.children].some((child) => (child as HTMLElement).dataset['key'] === key)) {
    return;
  }
  const line = document.createElement('p');
  line.dataset['key'] = key;
  line.textContent =
    cause === 'policy'
      ? `This ${what} needs code of ${host}, which this page may not load. Who runs the server can ` +
        `allow it: SUNDOG_SCRIPT_SOURCES=https://${host}.`
      : `This ${what} could not reach ${host}: parts of it may be missing.`;
  list.append(line);
}
