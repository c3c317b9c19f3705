/** Sets the content of an element to HTML of the app, and runs its scripts. */
import { attachHandlers, handlersToScripts } from './inline-handlers';
import { localize } from './local-files';
import { notifyOutputCode } from './output-code';

export interface HtmlOptions {
  /** Whether event handlers in attributes, such as `onclick`, run. */
  inlineHandlers: boolean;
}

export function setHtml(host: HTMLElement, html: string, { inlineHandlers }: HtmlOptions): void {
  // innerHTML does not run scripts. The HTML of an app is trusted as much as the app.
  const template = document.createElement('template');
  template.innerHTML = html;
  const { content } = template;
  const base = new URL(document.body.dataset['baseUrl'] ?? '/', document.baseURI).href;
  localize(content, base);
  for (const frame of content.querySelectorAll<HTMLIFrameElement>('iframe[srcdoc]')) {
    frame.srcdoc = allowed(frame.srcdoc, base, inlineHandlers);
  }
  if (inlineHandlers) {
    runHandlers(host, content);
  }
  host.replaceChildren(content);
  const scripts = [...host.querySelectorAll('script')];
  notifyOutputCode(host, scripts.map((script) => script.textContent).join('\n'));
  for (const inert of scripts) {
    // The page's policy decides which files may be loaded.
    const script = inert.src ? document.createElement('script') : makeScript(inert.textContent);
    for (const { name, value } of inert.attributes) {
      script.setAttribute(name, value);
    }
    script.addEventListener('error', () => showMissingScript(host, script.src));
    inert.replaceWith(script);
  }
}

/** Returns the document of a frame so that its scripts run under the page's security policy. */
function allowed(source: string, base: string, inlineHandlers: boolean): string {
  const parsed = new DOMParser().parseFromString(source, 'text/html');
  localize(parsed, base);
  if (inlineHandlers) {
    handlersToScripts(parsed);
  }
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
    `This output needs the script ${url}, which could not be loaded. The browser must be able to ` +
    'reach it, and SUNDOG_SCRIPT_SOURCES must allow scripts of other servers.';
  host.append(note);
}

function pageNonce(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}

/** Returns a script that runs under the page's content security policy, if that has a nonce. */
export function makeScript(text: string): HTMLScriptElement {
  const script = document.createElement('script');
  script.nonce = pageNonce();
  script.textContent = text;
  return script;
}

/** Runs the handlers of content that is about to be shown in an element, and of what follows there. */
export function runHandlers(host: HTMLElement, content?: DocumentFragment): void {
  attachHandlers(host, evaluate, content);
}

function evaluate(expression: string): unknown {
  const script = makeScript(`document.currentScript.sundogValue = ${expression};`);
  document.head.append(script);
  script.remove();
  return (script as { sundogValue?: unknown }).sundogValue;
}
