/** Sets the content of an element to HTML of the app, scripts included. */

export function setHtml(host: HTMLElement, html: string): void {
  host.innerHTML = html;
  // What innerHTML inserts does not run: an app's HTML is as trusted as the app.
  for (const inert of host.querySelectorAll('script')) {
    // A file must come from where the page's policy lets scripts come from.
    const script = inert.src ? document.createElement('script') : makeScript(inert.textContent);
    for (const { name, value } of inert.attributes) {
      script.setAttribute(name, value);
    }
    inert.replaceWith(script);
  }
}

/** Makes a script that runs under the page's content security policy, if that has a nonce. */
export function makeScript(text: string): HTMLScriptElement {
  const script = document.createElement('script');
  script.nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
  script.textContent = text;
  return script;
}
