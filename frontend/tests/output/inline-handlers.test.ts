// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { attachHandlers, handlersToScripts } from '../../src/output/inline-handlers';

/** Runs in sloppy mode, as a script of the page does. */
const evaluate = vi.fn((expression: string): unknown => globalThis.eval(expression));

function show(html: string): HTMLElement {
  const host = document.createElement('div');
  const template = document.createElement('template');
  template.innerHTML = html;
  attachHandlers(host, evaluate, template.content);
  host.append(template.content);
  document.body.replaceChildren(host);
  return host;
}

afterEach(() => {
  evaluate.mockClear();
});

describe('the handlers of displayed HTML', () => {
  it('run with their element, its form, and the event', () => {
    const host = show(
      `<form title="form"><button type="button" onclick="this.title = event.type + action + name"
       name="own">go</button></form>`,
    );
    host.querySelector('form')!.setAttribute('action', 'http://localhost/there');
    const button = host.querySelector('button')!;
    button.click();
    expect(button.title).toBe('clickhttp://localhost/thereown');
  });

  it('are compiled once for the same code, and only when they run', () => {
    const host = show(`<p onclick="this.title += 'x'"></p>`.repeat(3));
    expect(evaluate).not.toHaveBeenCalled();
    for (const paragraph of host.querySelectorAll('p')) {
      paragraph.click();
      paragraph.click();
      expect(paragraph.title).toBe('xx');
    }
    expect(evaluate).toHaveBeenCalledTimes(1);
  });

  it('can be replaced by scripts', () => {
    const paragraph = show(`<p onclick="this.title = 'attribute'"></p>`).querySelector('p')!;
    paragraph.onclick = () => (paragraph.title = 'property');
    paragraph.click();
    expect(paragraph.title).toBe('property');
  });

  it('run in what scripts insert later', async () => {
    const host = show('<div></div>');
    host.firstElementChild!.innerHTML = `<ul><li onclick="this.title = 'inserted'"></li></ul>`;
    await new Promise((resolve) => setTimeout(resolve));
    const item = host.querySelector('li')!;
    item.click();
    expect(item.title).toBe('inserted');

    item.setAttribute('onclick', `this.title = 'changed'`);
    await new Promise((resolve) => setTimeout(resolve));
    item.click();
    expect(item.title).toBe('changed');
  });
});

describe('the handlers of a frame', () => {
  it('become scripts that the text of a handler cannot end', () => {
    const page = new DOMParser().parseFromString(
      `<body><p id="first" onclick="this.title = '</script>'">text</p></body>`,
      'text/html',
    );
    handlersToScripts(page);
    expect(page.querySelector('#first')!.hasAttribute('onclick')).toBe(false);
    const script = page.body.lastElementChild!;
    expect(script.localName).toBe('script');
    expect(script.textContent).toContain(String.raw`this.title = '\x3c/script>'`);
  });
});
