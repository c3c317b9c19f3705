/**
 * Runs the inline event handlers (`onclick="…"`) of displayed HTML. The page's content security policy
 * blocks them, because an attribute cannot have a nonce. So the code of each becomes a function in a
 * script that has one, as the scripts of the same output do. `this`, `event`, `return false` and the
 * names in scope are those of the HTML standard:
 * https://html.spec.whatwg.org/multipage/webappapis.html#getting-the-current-value-of-the-event-handler
 * Browsers still log that they block the attributes, as soon as they parse them.
 */

type Handler = (this: Element, ...parameters: unknown[]) => unknown;
type Factory = (this: Element) => Handler;

/** Returns the value of an expression, or undefined if it has an error, which has been reported. */
export type Evaluate = (expression: string) => unknown;

/** Properties such as `onclick`; the attributes have the same names. */
const NAMES = Object.keys(Object.getOwnPropertyDescriptors(HTMLElement.prototype)).filter((name) =>
  name.startsWith('on'),
);

/**
 * Attaches the handlers of all that is inserted below an element from now on; and at once those of
 * `content`, which is about to be.
 */
export function attachHandlers(root: Element, evaluate: Evaluate, content?: ParentNode): void {
  const handlers = new Handlers(evaluate);
  if (content !== undefined) {
    handlers.attachBelow(content);
  }
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === 'attributes') {
        handlers.attach(target as Element);
      }
      for (const node of addedNodes) {
        if (node instanceof Element) {
          handlers.attach(node);
          handlers.attachBelow(node);
        }
      }
    }
  }).observe(root, { childList: true, subtree: true, attributeFilter: NAMES });
}

class Handlers {
  private readonly factories = new Map<string, Factory | undefined>();

  constructor(private readonly evaluate: Evaluate) {}

  attachBelow(root: ParentNode): void {
    for (const element of root.querySelectorAll('*')) {
      this.attach(element);
    }
  }

  attach(element: Element): void {
    for (const { name, value } of handlerAttributes(element)) {
      element.removeAttribute(name);
      // Like a browser, this compiles the code when the first event arrives.
      let handler: Handler | undefined;
      (element as unknown as Record<string, Handler>)[name] = (...parameters) => {
        handler ??= this.factory(name, value)?.call(element);
        return handler?.apply(element, parameters);
      };
    }
  }

  private factory(name: string, code: string): Factory | undefined {
    const source = factorySource(name, code);
    if (!this.factories.has(source)) {
      this.factories.set(source, this.evaluate(source) as Factory | undefined);
    }
    return this.factories.get(source);
  }
}

/** Turns the handlers of a frame's document into scripts at its end. */
export function handlersToScripts(page: Document): void {
  let count = 0;
  for (const element of page.querySelectorAll('*')) {
    for (const { name, value } of handlerAttributes(element)) {
      element.removeAttribute(name);
      const mark = `data-sundog-${name}`;
      element.setAttribute(mark, String(count));
      const found = `document.querySelector('[${mark}="${count}"]')`;
      // The text must not end the script that it is in.
      const factory = factorySource(name, value).replaceAll(/<(?=\/script|!--)/gi, '\\x3c');
      const script = page.createElement('script');
      script.textContent = `${found}.${name} = ${factory}.call(${found});`;
      page.body.append(script);
      count += 1;
    }
  }
}

function handlerAttributes(element: Element): Attr[] {
  return [...element.attributes].filter(({ name }) => name.startsWith('on') && name in element);
}

/** The source of a function that returns the handler of the element that is its `this`. */
function factorySource(name: string, code: string): string {
  // The code may end with a comment.
  return (
    '(function () { with (document) with (this.form ?? {}) with (this) ' +
    `return function ${name}(event) {\n${code}\n}; })`
  );
}
