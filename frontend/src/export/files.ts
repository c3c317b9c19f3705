/**
 * The files that an exported page contains. A page on a disk cannot fetch files, so everything that
 * loads one of their URLs gets an object URL instead.
 */
import { fromBase64 } from './recorded-socket';

/** By URL: the media type, and the content, compressed by gzip, in base64. */
export type Archive = Record<string, [type: string, content: string]>;

type Translate = (address: string) => string;

export class Files {
  private readonly urls = new Map<string, string>();

  /** Unpacks all files; style sheets last, because they refer to others. */
  static async unpack(archive: Archive): Promise<Files> {
    const files = new Files();
    const isStyle = ([type]: [string, string]) => type === 'text/css';
    const entries = Object.entries(archive);
    const others = entries.filter(([, file]) => !isStyle(file));
    await Promise.all(
      others.map(async ([address, [type, content]]) => {
        files.urls.set(address, URL.createObjectURL(new Blob([await gunzip(content)], { type })));
      }),
    );
    for (const [address, [type, content]] of entries.filter(([, file]) => isStyle(file))) {
      const text = files.inStyle(new TextDecoder().decode(await gunzip(content)), address);
      files.urls.set(address, URL.createObjectURL(new Blob([text], { type })));
    }
    return files;
  }

  /** Returns the object URL of a file, or the URL itself if the page does not contain the file. */
  readonly translate: Translate = (address) => this.urls.get(address.split(/[?#]/, 1)[0]!) ?? address;

  /** Returns the import map for scripts that are modules. */
  importMap(): { imports: Record<string, string> } {
    const modules = [...this.urls].filter(([address]) => /\.m?js$/.test(address));
    return { imports: Object.fromEntries(modules) };
  }

  /** Translates the URLs in a style sheet. */
  inStyle(text: string, base: string): string {
    return text.replace(/url\(\s*(['"]?)([^'")]+)\1\s*\)/g, (whole, _quote, address: string) => {
      const url = URL.canParse(address, base) ? this.urls.get(new URL(address, base).href) : undefined;
      return url === undefined ? whole : `url("${url}")`;
    });
  }
}

async function gunzip(base64: string): Promise<ArrayBuffer> {
  const stream = new Blob([fromBase64(base64)]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

/** Makes everything in the page that loads a file use `files` first. */
export function divert(files: Files): void {
  const { translate } = files;
  divertProperty(HTMLScriptElement.prototype, 'src', translate);
  divertProperty(HTMLLinkElement.prototype, 'href', translate);
  divertProperty(HTMLImageElement.prototype, 'src', translate);

  const fetchDirectly = globalThis.fetch.bind(globalThis);
  globalThis.fetch = (input, init) => {
    const plain = typeof input === 'string' || input instanceof URL;
    return fetchDirectly(plain ? translate(String(input)) : input, init);
  };

  const open = methodOf(XMLHttpRequest.prototype, 'open');
  XMLHttpRequest.prototype.open = function (method: string, url: string | URL, ...rest: unknown[]) {
    open(this, method, translate(String(url)), ...rest);
  };

  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(translate(String(url)), options);
    }
  };

  // Bundlers add style sheets as text, with the complete URLs of fonts.
  const createTextNode = document.createTextNode.bind(document);
  document.createTextNode = (text) => {
    return createTextNode(text.includes('url(') ? files.inStyle(text, document.baseURI) : text);
  };
}

/** Scripts read their own URL to find other files, so they must get the original URL. */
function divertProperty(prototype: Element, name: 'src' | 'href', translate: Translate): void {
  const original = Object.getOwnPropertyDescriptor(prototype, name)!;
  const given = new WeakMap<object, string>();
  const setAttribute = methodOf(prototype, 'setAttribute');
  const assign = (element: Element, value: unknown) => {
    const address = String(value);
    given.set(element, address);
    setAttribute(element, name, translate(address));
  };
  Object.defineProperty(prototype, name, {
    ...original,
    get(this: Element) {
      return given.get(this) ?? (original.get!.call(this) as string);
    },
    set(this: Element, value: unknown) {
      assign(this, value);
    },
  });
  prototype.setAttribute = function (this: Element, attribute: string, value: string) {
    if (attribute === name) {
      assign(this, value);
    } else {
      setAttribute(this, attribute, value);
    }
  };
}

function methodOf<T extends object>(prototype: T, name: keyof T) {
  const method = prototype[name] as (...values: unknown[]) => unknown;
  return (owner: T, ...values: unknown[]) => method.apply(owner, values);
}
