/** Hears of what code of widgets asks of other hosts in vain, whichever way it asks. */
import { callers, foreignHost, type Note } from './missing-resource';
import { watchWorkers } from './workers';

type Scope = Window & typeof globalThis;

const REASON_MS = 300;

/** Watches a page from now on. */
export function watchAsking(scope: Scope, note: Note): void {
  watchPolicy(scope, note);
  watchFetch(scope, note);
  watchRequests(scope, note);
  watchElements(scope, note);
  watchWorkers(scope, note);
}

function watchPolicy(scope: Scope, note: Note): void {
  scope.document.addEventListener('securitypolicyviolation', (event) => {
    const { blockedURI, sourceFile, effectiveDirective } = event;
    const host = foreignHost(blockedURI);
    if (host !== undefined && effectiveDirective.startsWith('script-src')) {
      forbidden.add(blockedURI);
      note({ host, cause: 'policy', source: sourceFile });
    }
  });
}

/** What the policy forbids is told once, and not as a matter of the network. */
const forbidden = new Set<string>();

function watchFetch(scope: Scope, note: Note): void {
  const ask = scope.fetch.bind(scope);
  scope.fetch = (input, options) => {
    const source = callers();
    const answer = ask(input, options);
    answer.catch((error: unknown) => {
      const host = foreignHost(input instanceof Request ? input.url : String(input));
      if (host !== undefined && error instanceof TypeError) {
        note({ host, cause: 'network', source });
      }
    });
    return answer;
  };
}

function watchRequests(scope: Scope, note: Note): void {
  const prototype = scope.XMLHttpRequest.prototype;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its object
  const open = prototype.open;
  prototype.open = function (this: XMLHttpRequest, method: string, url: string | URL, ...rest: [boolean]) {
    const host = foreignHost(String(url));
    if (host !== undefined) {
      const source = callers();
      this.addEventListener('error', () => note({ host, cause: 'network', source }));
    }
    open.call(this, method, url, ...rest);
  } as typeof open;
}

/** Scripts, styles and pictures, and modules that are imported: these have no element. */
function watchElements(scope: Scope, note: Note): void {
  const sources = new WeakMap<Element, string>();
  rememberCallers(scope.HTMLScriptElement.prototype, 'src', sources);
  rememberCallers(scope.HTMLLinkElement.prototype, 'href', sources);
  // Neither failures nor ends of loading bubble.
  scope.addEventListener(
    'error',
    ({ target }) => {
      const element = target instanceof Element ? target : undefined;
      const url = element?.getAttribute('src') ?? element?.getAttribute('href') ?? '';
      const host = foreignHost(url);
      if (element !== undefined && host !== undefined && !forbidden.has(url)) {
        note({ host, cause: 'network', source: sources.get(element) ?? '', element });
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
  const look = (entry: PerformanceResourceTiming) => {
    const host = foreignHost(entry.name);
    if (host !== undefined && isImport(entry) && !forbidden.has(entry.name)) {
      note({ host, cause: 'network', source: '' });
    }
  };
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      // An import says whether it was answered: it is never opaque, as an element's may be.
      if (entry.responseStatus === 0 && entry.transferSize === 0) {
        // Why it was not is said a little later.
        setTimeout(look, REASON_MS, entry);
      }
    }
  });
  observer.observe({ type: 'resource' });
}

/** Notes who gives elements an address; when it fails, nobody knows any more. */
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
