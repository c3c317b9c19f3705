/** Renders the mime types of notebooks. */
import { latexTypesetter, typeset } from '../markup';
import { notifyOutputCode } from './output-code';
import { fetchChunk } from '../retry';
import { joined, type MimeBundle } from './items';
import { makeScript, runHandlers, setHtml } from './html';
import { TextBlock } from './text';

/**
 * Renders content into an element. May return a promise, which resolves when the content is visible,
 * and a function, which frees the resources of the content.
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
  setHtml(host, joined(content), { inlineHandlers: true });
  latexTypesetter.typeset(host);
};

const renderMarkdown: Renderer = async (host, content) => {
  const markdown = await fetchChunk(() => import('../markup/markdown'));
  host.classList.add('jp-RenderedHTMLCommon', 'jp-RenderedMarkdown');
  const html = await markdown.renderMarkdown(joined(content));
  setHtml(host, html, { inlineHandlers: false });
  latexTypesetter.typeset(host);
};

const renderLatex: Renderer = async (host, content) => {
  host.classList.add('jp-RenderedLatex');
  host.textContent = joined(content);
  await typeset(host);
};

const renderScript: Renderer = (host, content) => {
  const code = joined(content);
  notifyOutputCode(host, code);
  runHandlers(host);
  // As in a notebook, the script has its output element under the name `element`.
  host.append(
    makeScript(`(function (element) {\n${code}\n})(document.currentScript.parentElement)`),
  );
};

const renderJson: Renderer = async (host, content, { expanded, root }) => {
  const { jsonTree } = await fetchChunk(() => import('./json-tree'));
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
  const { default: embed } = await fetchChunk(() => import('../bundled/vega'));
  const dark = document.documentElement.dataset['theme'] === 'dark';
  const options = metadata['embed_options'] ?? {};
  const chart = await embed(host, structuredClone(content) as never, {
    ...(dark ? { theme: 'dark' } : {}),
    ...options,
  });
  return () => chart.finalize();
};

/** Such as `vnd.vegalite.v6+json` and `vnd.vega.v5.json`; newer versions read older charts. */
const VEGA = /^application\/vnd\.vega(lite)?\.v[2-6](\+|\.)json$/;

const renderText: Renderer = (host, content) => {
  host.classList.add('jp-RenderedText');
  host.append(new TextBlock(joined(content)).element);
};

/**
 * The renderers of mime types, with the ranks of JupyterLab and its own extensions. The type with the
 * lowest rank is shown; of several with the same rank, the first one here.
 */
const RENDERERS: Record<string, readonly [rank: number, renderer: Renderer]> = {
  'application/json': [0, renderJson],
  'text/html': [50, renderHtml],
  'text/markdown': [60, renderMarkdown],
  'text/latex': [70, renderLatex],
  'image/svg+xml': [80, renderSvg],
  'image/bmp': [90, renderImage('image/bmp')],
  'image/png': [90, renderImage('image/png')],
  'image/jpeg': [90, renderImage('image/jpeg')],
  'image/gif': [90, renderImage('image/gif')],
  'image/webp': [90, renderImage('image/webp')],
  'application/pdf': [100, renderPdf],
  'text/javascript': [110, renderScript],
  'application/javascript': [110, renderScript],
  'text/plain': [120, renderText],
};

const VEGA_RENDERER = [57, renderVega] as const;

/** For maps without an extension that draws them: the text of `display(GeoJSON(…))` is a name. */
const GEO_RENDERER = [115, renderJson] as const;

/** Unknown types are shown as a tree or as text if there is nothing else to show. */
const UNKNOWN_JSON = [130, renderJson] as const;
const UNKNOWN_TEXT = [140, renderText] as const;

const JSON_TYPE = /[+/.]json$/;

/** The rank of extensions without one. */
export const EXTENSION_RANK = 100;

function rendererFor(
  mime: string,
  content: unknown,
): readonly [rank: number, renderer: Renderer] | undefined {
  if (Object.hasOwn(RENDERERS, mime)) {
    return RENDERERS[mime];
  }
  if (VEGA.test(mime)) {
    return VEGA_RENDERER;
  }
  if (mime.startsWith('text/')) {
    return UNKNOWN_TEXT;
  }
  // A string of an unknown type cannot be shown as a tree.
  if (!JSON_TYPE.test(mime) || typeof content !== 'object') {
    return undefined;
  }
  return mime === 'application/geo+json' ? GEO_RENDERER : UNKNOWN_JSON;
}

/** Returns the mime types of a bundle that need an extension to be shown properly. */
export function foreignTypes(data: MimeBundle): string[] {
  return Object.keys(data).filter(
    (mime) =>
      !Object.hasOwn(RENDERERS, mime) && !VEGA.test(mime) && /[+/](json|vnd)|\+json$/.test(mime),
  );
}

/** Returns the richest type of a bundle that the page can show, and its rank. */
export function richestType(data: MimeBundle): { mime: string; rank: number } | undefined {
  const order = Object.keys(RENDERERS);
  const place = (mime: string) => (order.includes(mime) ? order.indexOf(mime) : order.length);
  const [richest] = Object.entries(data)
    .flatMap(([mime, content]) => {
      const found = rendererFor(mime, content);
      return found === undefined ? [] : [{ mime, rank: found[0] }];
    })
    .sort((one, other) => one.rank - other.rank || place(one.mime) - place(other.mime));
  return richest;
}

/** The content of a bundle, as it is shown. */
export interface Shown {
  /** Frees the resources of the content. */
  end(): void;
}

/** Shows the richest type of a bundle; returns undefined if the page cannot show any. */
export async function renderBundle(
  host: HTMLElement,
  data: MimeBundle,
  metadata: MimeMetadata,
): Promise<Shown | undefined> {
  const mime = richestType(data)?.mime;
  const renderer = mime === undefined ? undefined : rendererFor(mime, data[mime])?.[1];
  if (mime === undefined || renderer === undefined) {
    return undefined;
  }
  host.dataset['mimeType'] = mime;
  const end = await renderer(host, data[mime], (metadata[mime] ?? metadata) as MimeMetadata);
  return { end: typeof end === 'function' ? (end as () => void) : () => undefined };
}
