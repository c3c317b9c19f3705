/** Reports failed requests of workers to other hosts. */
import { callers, foreignHost, type Report } from './missing-resource';

/**
 * Is put before the code of workers that are made from a blob: reports requests that failed.
 * It is a single line, so that the lines of the code keep their numbers.
 */
const PRELUDE = `
(() => {
  const channel = new BroadcastChannel(NAME);
  const report = (url) => channel.postMessage([NUMBER, String(url)]);
  const fetchDirectly = self.fetch;
  self.fetch = (input, options) => {
    const response = fetchDirectly.call(self, input, options);
    response.catch((error) => {
      if (error instanceof TypeError) report(input instanceof Request ? input.url : input);
    });
    return response;
  };
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.addEventListener("error", () => report(url));
    return open.call(this, method, url, ...rest);
  };
})();`.replaceAll(/\n\s*/g, ' ');

const ADDRESS = /https?:\/\/[^\s'"<>]+/g;

export function watchWorkers(scope: Window & typeof globalThis, report: Report): void {
  // Scripts may revoke an object URL as soon as its worker has started.
  const blobs = new Map<string, Blob>();
  const { URL: urls } = scope;
  const create = urls.createObjectURL.bind(urls);
  const revoke = urls.revokeObjectURL.bind(urls);
  urls.createObjectURL = (object) => {
    const url = create(object);
    if (object instanceof Blob) {
      blobs.set(url, object);
    }
    return url;
  };
  urls.revokeObjectURL = (url) => {
    blobs.delete(url);
    revoke(url);
  };
  const name = `sundog-workers-${crypto.randomUUID()}`;
  const listeners: ((url: string) => void)[] = [];
  new BroadcastChannel(name).onmessage = ({ data }) => {
    const [number, url] = data as [number, string];
    listeners[number]?.(url);
  };
  scope.Worker = new Proxy(scope.Worker, {
    construct(target, [script, ...rest]: [string | URL, ...[WorkerOptions?]], newTarget) {
      const source = callers();
      const reportUrl = (url: string) => {
        const host = foreignHost(url);
        if (host !== undefined) {
          report({ host, cause: 'network', source });
        }
      };
      const code = blobs.get(String(script));
      let address: string | URL = script;
      if (code !== undefined) {
        const number = String(listeners.push(reportUrl) - 1);
        const prelude = PRELUDE.replace('NAME', `"${name}"`).replace('NUMBER', number);
        address = create(new Blob([prelude, code], { type: code.type }));
      }
      const worker = Reflect.construct(target, [address, ...rest], newTarget) as Worker;
      if (code !== undefined) {
        revoke(String(address));
      }
      // The error names the module that a worker failed to import.
      worker.addEventListener('error', ({ message }) => {
        for (const [url] of (message ?? '').matchAll(ADDRESS)) {
          reportUrl(url);
        }
      });
      return worker;
    },
  });
}
