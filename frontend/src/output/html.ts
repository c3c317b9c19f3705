/** Sets the content of an element to HTML of the app, scripts included. */

export function setHtml(host: HTMLElement, html: string): void {
  host.innerHTML = html;
  // What innerHTML inserts does not run: an app's HTML is as trusted as the app.
  for (const inert of host.querySelectorAll('script')) {
    const script = document.createElement('script');
    for (const { name, value } of inert.attributes) {
      script.setAttribute(name, value);
    }
    script.textContent = inert.textContent;
    inert.replaceWith(script);
  }
}
