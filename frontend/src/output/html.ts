/** Sets the content of an element to HTML of the app, scripts included. */
import { notifyOutputCode } from './output-code';
import { localize } from './local-files';

export function setHtml(host: HTMLElement, html: string): void {
  // What innerHTML inserts does not run: an app's HTML is as trusted as the app.
  const template = document.createElement('template');
  template.innerHTML = html;
  const { content } = template;
  const base = new URL(document.body.dataset['baseUrl'] ?? '/', document.baseURI).href;
  localize(content, base);
  for (const frame of content.querySelectorAll<HTMLIFrameElement>('iframe[srcdoc]')) {
    frame.srcdoc = allowed(frame.srcdoc, base);
  }
  host.replaceChildren(content);
  const scripts = [...host.querySelectorAll('script')];
  notifyOutputCode(host, scripts.map((script) => script.textContent).join('\n'));
  for (const inert of scripts) {
    // A file must come from where the page's policy lets scripts come from.
    const script = inert.src ? document.createElement('script') : makeScript(inert.textContent);
    for (const { name, value } of inert.attributes) {
      script.setAttribute(name, value);
    }
    script.addEventListener('error', () => showMissingScript(host, script.src));
    inert.replaceWith(script);
  }
}

/** A document in a frame is under its page's content security policy. */
function allowed(source: string, base: string): string {
  const parsed = new DOMParser().parseFromString(source, 'text/html');
  localize(parsed, base);
  for (const script of parsed.querySelectorAll('script:not([src])')) {
    script.setAttribute('nonce', pageNonce());
  }
  return `<!DOCTYPE html>\n${parsed.documentElement.outerHTML}`;
}

function showMissingScript(host: HTMLElement, url: string): void {
  const note = document.createElement('p');
  note.className = 'sundog-missing-script';
  note.setAttribute('role', 'alert');
  note.textContent =
    `This output needs the script ${url}, which could not be loaded: scripts may only come from ` +
    'this server and from the sources in SUNDOG_SCRIPT_SOURCES, and the browser must reach them.';
  host.append(note);
}

function pageNonce(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}

/** Makes a script that runs under the page's content security policy, if that has a nonce. */
export function makeScript(text: string): HTMLScriptElement {
  const script = document.createElement('script');
  script.nonce = pageNonce();
  script.textContent = text;
  return script;
}
