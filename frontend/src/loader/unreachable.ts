/**
 * Says in a widget's place what it could not have of other hosts: what the page's policy forbids,
 * and what the network does not reach.
 */
import type { WidgetView } from '@jupyter-widgets/base';
import { watchAsking } from './asking';
import type { Lack } from './lack';

const MOST_LACKS = 50;
/** What the page's own widgets show is text, whatever stands in it. */
const CORE = '@jupyter-widgets/';
const PACKAGE = /\/_sundog\/(?:lab|nb)extensions\/[^/]+\/((?:@[^/]+\/)?[^/?#]+)\//g;

/** Watches what fails, and marks the widgets that it fails for. */
export class Unreachable {
  private readonly views = new Set<WidgetView>();
  private readonly lacks = new Map<string, Lack>();

  /** `packageOf` tells which package registers a widget module, if that is known. */
  constructor(private readonly packageOf: (module: string) => string | undefined) {}

  /** Watches from now on. */
  start(scope: Window & typeof globalThis): void {
    watchAsking(scope, (lack) => this.note(lack));
  }

  /** Marks a view now or later, if it lacks something. */
  watch(view: WidgetView): void {
    this.views.add(view);
    view.once('remove', () => this.views.delete(view));
    for (const lack of this.lacks.values()) {
      this.markIfConcerned(view, lack);
    }
  }

  note(lack: Lack): void {
    const key = `${lack.cause} ${lack.host} ${packagesIn(lack.source).join()}`;
    const known = this.lacks.has(key);
    if (!known && this.lacks.size < MOST_LACKS) {
      this.lacks.set(key, lack);
    }
    if (!known || lack.element !== undefined) {
      this.views.forEach((view) => this.markIfConcerned(view, lack));
    }
  }

  private markIfConcerned(view: WidgetView, lack: Lack): void {
    if (this.concerns(view, lack)) {
      mark(view.el, lack);
    }
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
    return !module.startsWith(CORE) && mentions(view.model.attributes, host);
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

function mentions(state: Record<string, unknown>, host: string): boolean {
  const name = new RegExp(`(?<![\\w.-])${host.replaceAll(/[.[\]]/g, '\\$&')}(?![\\w.-])`);
  return Object.values(state).some((value) => typeof value === 'string' && name.test(value));
}

/** Writes below a widget what it lacks, once for each host. */
function mark(place: HTMLElement, { host, cause }: Lack): void {
  let list = place.nextElementSibling;
  if (!list?.classList.contains('sundog-lacks')) {
    list = document.createElement('div');
    list.className = 'sundog-lacks';
    list.setAttribute('role', 'note');
    place.after(list);
  }
  const key = `${cause} ${host}`;
  if ([...list.children].some((child) => (child as HTMLElement).dataset['key'] === key)) {
    return;
  }
  const line = document.createElement('p');
  line.dataset['key'] = key;
  line.textContent =
    cause === 'policy'
      ? `This widget needs code of ${host}, which this page may not load. Who runs the server can ` +
        `allow it: SUNDOG_SCRIPT_SOURCES=https://${host}.`
      : `This widget could not reach ${host}: parts of it may be missing.`;
  list.append(line);
}
