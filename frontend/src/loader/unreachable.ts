/**
 * Says in a widget's place what it could not have of other hosts: what the page's policy forbids,
 * and what the network does not reach.
 */
import type { WidgetView } from '@jupyter-widgets/base';

/** Something that was asked of another host in vain. */
export interface Lack {
  host: string;
  /** `policy`: scripts of that host are not allowed. `network`: it did not answer. */
  cause: 'policy' | 'network';
  /** Where the asking code stands, as far as the browser tells: addresses of scripts. */
  source: string;
  /** The element that asked, if one did. */
  element?: Element;
}

const MOST_LACKS = 50;
const PACKAGE = /\/_sundog\/(?:lab|nb)extensions\/[^/]+\/((?:@[^/]+\/)?[^/?#]+)\//g;

/** Watches what fails, and marks the widgets that it fails for. */
export class Unreachable {
  private readonly views = new Set<WidgetView>();
  private readonly lacks = new Map<string, Lack>();

  /** `packageOf` tells which package registers a widget module, if that is known. */
  constructor(private readonly packageOf: (module: string) => string | undefined) {}

  /** Watches from now on. */
  start(scope: Window & typeof globalThis): void {
    scope.document.addEventListener('securitypolicyviolation', (event) => {
      const { blockedURI, sourceFile, effectiveDirective } = event;
      const host = foreignHost(blockedURI);
      if (host !== undefined && effectiveDirective.startsWith('script-src')) {
        this.note({ host, cause: 'policy', source: sourceFile });
      }
    });
    // Failures of elements do not bubble.
    scope.addEventListener('error', (event) => this.noteElement(event.target), true);
    const ask = scope.fetch.bind(scope);
    scope.fetch = (input, options) => {
      // The stack tells who asks; afterwards nobody knows.
      const { stack: source = '' } = new Error();
      const answer = ask(input, options);
      answer.catch((error: unknown) => {
        const host = foreignHost(input instanceof Request ? input.url : String(input));
        if (host !== undefined && error instanceof TypeError) {
          this.note({ host, cause: 'network', source });
        }
      });
      return answer;
    };
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

  private noteElement(target: EventTarget | null): void {
    if (!(target instanceof HTMLElement)) {
      return;
    }
    const url = target.getAttribute('src') ?? target.getAttribute('href');
    const host = url === null ? undefined : foreignHost(url);
    if (host !== undefined) {
      this.note({ host, cause: 'network', source: '', element: target });
    }
  }

  private markIfConcerned(view: WidgetView, lack: Lack): void {
    if (this.concerns(view, lack)) {
      mark(view.el, lack);
    }
  }

  private concerns(view: WidgetView, { element, source, host }: Lack): boolean {
    if (element !== undefined && element.isConnected) {
      // Of views in each other, the innermost is the one that asked.
      return view.el.contains(element) && !this.hasInner(view, element);
    }
    const module = String(view.model.get('_view_module'));
    const packages = packagesIn(source);
    if (module !== 'anywidget' && packages.includes(this.packageOf(module) ?? module)) {
      return true;
    }
    // The code of an anywidget stands in its model; the browser runs it from memory.
    const code: unknown = view.model.get('_esm');
    return typeof code === 'string' && code.includes(host);
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

/** Returns the host of an address that is not the page's own; undefined for all others. */
function foreignHost(address: string): string | undefined {
  try {
    const url = new URL(address, document.baseURI);
    const remote = url.protocol === 'https:' || url.protocol === 'http:';
    return remote && url.origin !== location.origin ? url.host : undefined;
  } catch {
    return undefined;
  }
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
