/** Renders the mime types that notebooks know. */
import { latexTypesetter, typeset } from '../latex';
import { joined, type MimeBundle } from './items';
import { makeScript, setHtml } from './html';
import { TextBlock } from './text';

/** Fills an element with content; what it returns is settled once the content can be seen. */
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
  host.append(makeScript(joined(content)));
};

const renderJson: Renderer = (host, content) => {
  renderText(host, JSON.stringify(content, null, 2), {});
};

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
  ['application/json', renderJson],
  ['text/plain', renderText],
];

const KNOWN = new Set(RENDERERS.map(([mime]) => mime));

/** Returns the mime types of a bundle that need an extension, which would show more. */
export function foreignTypes(data: MimeBundle): string[] {
  return Object.keys(data).filter((mime) => !KNOWN.has(mime) && /[+/](json|vnd)|\+json$/.test(mime));
}

/** Shows the richest type of a bundle that is known; says whether there was one. */
export async function renderBundle(
  host: HTMLElement,
  data: MimeBundle,
  metadata: MimeMetadata,
): Promise<boolean> {
  const found = RENDERERS.find(([mime]) => mime in data);
  if (found === undefined) {
    return false;
  }
  const [mime, renderer] = found;
  host.dataset['mimeType'] = mime;
  await renderer(host, data[mime], (metadata[mime] ?? metadata) as MimeMetadata);
  return true;
}
