/** Hears of what workers ask of other hosts in vain. */
import { callers, foreignHost, type Note } from './missing-resource';

/**
 * Stands before the code of a worker that a page has in its memory: tells what can't be reached.
 * It is one line, so that the lines of the code keep their numbers.
 */
const PRELUDE = `
(() => {
  const channel = new BroadcastChannel(NAME);
  const tell = (url) => channel.postMessage([NUMBER, String(url)]);
  const ask = self.fetch;
  self.fetch = (input, options) => {
    const answer = ask.call(self, input, options);
    answer.catch((error) => {
      if (error instanceof TypeError) tell(input instanceof Request ? input.url : input);
    });
    return answer;
  };
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.addEventListener("error", () => tell(url));
    return open.call(this, method, url, ...rest);
  };
})();`.replaceAll(/\n\s*/g, ' ');

const ADDRESS = /https?:\/\/[^\s'"<>]+/g;

export function watchWorkers(scope: Window & typeof globalThis, note: Note): void {
  // Addresses that scripts make; they are free to take them back as soon as a worker has begun.
  const blobs = new Map<string, Blob>();
  const { URL: addresses } = scope;
  const create = addresses.createObjectURL.bind(addresses);
  const revoke = addresses.revokeObjectURL.bind(addresses);
  addresses.createObjectURL = (object) => {
    const url = create(object);
    if (object instanceof Blob) {
      blobs.set(url, object);
    }
    return url;
  };
  addresses.revokeObjectURL = (url) => {
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
      const tell = (url: string) => {
        const host = foreignHost(url);
        if (host !== undefined) {
          note({ host, cause: 'network', source });
        }
      };
      const code = blobs.get(String(script));
      let address: string | URL = script;
      if (code !== undefined) {
        const number = String(listeners.push(tell) - 1);
        const prelude = PRELUDE.replace('NAME', `"${name}"`).replace('NUMBER', number);
        address = create(new Blob([prelude, code], { type: code.type }));
      }
      const worker = Reflect.construct(target, [address, ...rest], newTarget) as Worker;
      if (code !== undefined) {
        revoke(String(address));
      }
      // What a script says that it could not import.
      worker.addEventListener('error', ({ message }) => {
        for (const [url] of (message ?? '').matchAll(ADDRESS)) {
          tell(url);
        }
      });
      return worker;
    },
  });
}
