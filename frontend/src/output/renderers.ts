/** Renders the mime types that notebooks know. */
import { latexTypesetter, typeset } from '../latex';
import { joined, type MimeBundle } from './items';
import { makeScript, setHtml } from './html';
import { TextBlock } from './text';

/**
 * Fills an element with content; what it returns is settled once the content can be seen, and,
 * where it is a function, ends what goes on there.
 */
type Renderer = (host: HTMLElement, content: unknown, metadata: MimeMetadata) => unknown;

export type MimeMetadata = Record<string, unknown>;

function renderImage(mime: string): Renderer {
  return (host, content, metadata) => {
    const image = new Image();
    image.alt = '';
    for (const name of ['alt', 'width', 'height'] as const) {
      const value = metadata[name];
      if (typeof value === 'string' || typeof value === 'number') {
        image.setAttribute(name, String(value));
      }
    }
    image.src = `data:${mime};base64,${joined(content).replaceAll('\n', '')}`;
    host.classList.add('jp-RenderedImage');
    host.append(image);
    return image.decode().catch(() => undefined);
  };
}

const renderSvg: Renderer = (host, content) => {
  host.classList.add('jp-RenderedSVG');
  const parsed = new DOMParser().parseFromString(joined(content), 'image/svg+xml');
  host.append(document.importNode(parsed.documentElement, true));
};

const renderHtml: Renderer = (host, content) => {
  host.classList.add('jp-RenderedHTMLCommon', 'jp-RenderedHTML');
  setHtml(host, joined(content));
  latexTypesetter.typeset(host);
};

const renderMarkdown: Renderer = async (host, content) => {
  const markdown = await import('../bundled/markdown');
  host.classList.add('jp-RenderedHTMLCommon', 'jp-RenderedMarkdown');
  setHtml(host, markdown.renderMarkdown(joined(content)));
  latexTypesetter.typeset(host);
};

const renderLatex: Renderer = async (host, content) => {
  host.classList.add('jp-RenderedLatex');
  host.textContent = joined(content);
  await typeset(host);
};

const renderScript: Renderer = (host, content) => {
  // As in a notebook, the script finds the place of its output under the name `element`.
  host.append(
    makeScript(`(function (element) {\n${joined(content)}\n})(document.currentScript.parentElement)`),
  );
};

const renderJson: Renderer = async (host, content, { expanded, root }) => {
  const { jsonTree } = await import('./json-tree');
  host.append(
    jsonTree(content as never, {
      expanded: expanded === true,
      root: typeof root === 'string' ? root : 'root',
    }),
  );
};

const renderPdf: Renderer = (host, content) => {
  const bytes = Uint8Array.from(atob(joined(content)), (character) => character.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }));
  const link = document.createElement('a');
  Object.assign(link, { href: url, target: '_blank', textContent: 'Open the PDF' });
  const frame = document.createElement('iframe');
  Object.assign(frame, { src: url, title: 'PDF', className: 'sundog-pdf' });
  host.append(frame, link);
  return () => URL.revokeObjectURL(url);
};

const renderVega: Renderer = async (host, content, metadata) => {
  const { default: embed } = await import('../bundled/vega');
  const dark = document.documentElement.dataset['theme'] === 'dark';
  const options = metadata['embed_options'] ?? {};
  const chart = await embed(host, structuredClone(content) as never, {
    ...(dark ? { theme: 'dark' } : {}),
    ...options,
  });
  return () => chart.finalize();
};

/** `vnd.vegalite.v6+json`, `vnd.vega.v5.json` and the like; newer versions read older charts. */
const VEGA = /^application\/vnd\.vega(lite)?\.v[2-6](\+|\.)json$/;

const renderText: Renderer = (host, content) => {
  host.classList.add('jp-RenderedText');
  host.append(new TextBlock(joined(content)).element);
};

/** The richest first. */
const RENDERERS: [mime: string, renderer: Renderer][] = [
  ['text/html', renderHtml],
  ['text/markdown', renderMarkdown],
  ['image/svg+xml', renderSvg],
  ['text/latex', renderLatex],
  ['image/png', renderImage('image/png')],
  ['image/jpeg', renderImage('image/jpeg')],
  ['image/gif', renderImage('image/gif')],
  ['image/webp', renderImage('image/webp')],
  ['image/bmp', renderImage('image/bmp')],
  ['application/javascript', renderScript],
  ['text/javascript', renderScript],
  ['application/pdf', renderPdf],
  ['application/json', renderJson],
  ['text/plain', renderText],
];

const KNOWN = new Set(RENDERERS.map(([mime]) => mime));

/** Returns the mime types of a bundle that need an extension, which would show more. */
export function foreignTypes(data: MimeBundle): string[] {
  return Object.keys(data).filter(
    (mime) => !KNOWN.has(mime) && !VEGA.test(mime) && /[+/](json|vnd)|\+json$/.test(mime),
  );
}

/** What is shown of a bundle, and what ends it. */
export interface Shown {
  end(): void;
}

/** Shows the richest type of a bundle that is known; returns undefined where there is none. */
export async function renderBundle(
  host: HTMLElement,
  data: MimeBundle,
  metadata: MimeMetadata,
): Promise<Shown | undefined> {
  const chart = Object.keys(data).find((mime) => VEGA.test(mime));
  const found: (typeof RENDERERS)[number] | undefined =
    chart === undefined ? RENDERERS.find(([mime]) => mime in data) : [chart, renderVega];
  if (found === undefined) {
    return undefined;
  }
  const [mime, renderer] = found;
  host.dataset['mimeType'] = mime;
  const end = await renderer(host, data[mime], (metadata[mime] ?? metadata) as MimeMetadata);
  return { end: typeof end === 'function' ? (end as () => void) : () => undefined };
}
