/** Reports failed requests of widgets' code to other hosts, however they were made. */
import { callers, foreignHost, type Report } from './missing-resource';
import { watchWorkers } from './workers';

type Scope = Window & typeof globalThis;

const REASON_MS = 300;

/** Reports failed requests to other hosts from now on. */
export function watchNetwork(scope: Scope, report: Report): void {
  watchPolicy(scope, report);
  watchFetch(scope, report);
  watchRequests(scope, report);
  watchElements(scope, report);
  watchWorkers(scope, report);
}

function watchPolicy(scope: Scope, report: Report): void {
  scope.document.addEventListener('securitypolicyviolation', (event) => {
    const { blockedURI, sourceFile, effectiveDirective } = event;
    const host = foreignHost(blockedURI);
    if (host !== undefined && effectiveDirective.startsWith('script-src')) {
      forbidden.add(blockedURI);
      report({ host, cause: 'policy', source: sourceFile });
    }
  });
}

/** URLs that the policy blocked: they are not reported again as network failures. */
const forbidden = new Set<string>();

function watchFetch(scope: Scope, report: Report): void {
  const fetchDirectly = scope.fetch.bind(scope);
  scope.fetch = (input, options) => {
    const source = callers();
    const response = fetchDirectly(input, options);
    response.catch((error: unknown) => {
      const host = foreignHost(input instanceof Request ? input.url : String(input));
      if (host !== undefined && error instanceof TypeError) {
        report({ host, cause: 'network', source });
      }
    });
    return response;
  };
}

function watchRequests(scope: Scope, report: Report): void {
  const prototype = scope.XMLHttpRequest.prototype;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its object
  const open = prototype.open;
  prototype.open = function (this: XMLHttpRequest, method: string, url: string | URL, ...rest: [boolean]) {
    const host = foreignHost(String(url));
    if (host !== undefined) {
      const source = callers();
      this.addEventListener('error', () => report({ host, cause: 'network', source }));
    }
    open.call(this, method, url, ...rest);
  } as typeof open;
}

/** Reports scripts, styles and images that fail to load, and modules, which have no element. */
function watchElements(scope: Scope, report: Report): void {
  const sources = new WeakMap<Element, string>();
  rememberCallers(scope.HTMLScriptElement.prototype, 'src', sources);
  rememberCallers(scope.HTMLLinkElement.prototype, 'href', sources);
  // These events do not bubble.
  scope.addEventListener(
    'error',
    ({ target }) => {
      const element = target instanceof Element ? target : undefined;
      const url = element?.getAttribute('src') ?? element?.getAttribute('href') ?? '';
      const host = foreignHost(url);
      if (element !== undefined && host !== undefined && !forbidden.has(url)) {
        report({ host, cause: 'network', source: sources.get(element) ?? '', element });
      }
    },
    true,
  );
  const ofElements = new Set<string>();
  const remember = ({ target }: Event) => {
    if (target instanceof HTMLScriptElement) {
      ofElements.add(target.src);
    }
  };
  scope.document.addEventListener('load', remember, true);
  scope.document.addEventListener('error', remember, true);
  const isImport = ({ name, initiatorType }: PerformanceResourceTiming) =>
    initiatorType === 'script' &&
    !ofElements.has(name) &&
    ![...scope.document.scripts].some(({ src }) => src === name);
  const check = (entry: PerformanceResourceTiming) => {
    const host = foreignHost(entry.name);
    if (host !== undefined && isImport(entry) && !forbidden.has(entry.name)) {
      report({ host, cause: 'network', source: '' });
    }
  };
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      // The response to an import is never opaque, so this means that there was none.
      if (entry.responseStatus === 0 && entry.transferSize === 0) {
        // The event that says why comes a little later.
        setTimeout(check, REASON_MS, entry);
      }
    }
  });
  observer.observe({ type: 'resource' });
}

/** Remembers which code sets the URL of an element: when loading fails, it is no longer known. */
function rememberCallers<Name extends string>(
  prototype: Element & Record<Name, string>,
  name: Name,
  sources: WeakMap<Element, string>,
): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its object
  const { set, ...property } = Object.getOwnPropertyDescriptor(prototype, name)!;
  Object.defineProperty(prototype, name, {
    ...property,
    set(this: Element, value: unknown) {
      if (foreignHost(String(value)) !== undefined) {
        sources.set(this, callers());
      }
      set?.call(this, value);
    },
  });
}
