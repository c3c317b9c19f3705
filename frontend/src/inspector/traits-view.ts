/** Shows the current traits of one widget; simple values can be changed. */
import { WidgetModel } from '@jupyter-widgets/base';
import { jsonTree } from '../output/json-tree';
import { caption, className, isPlain } from './models';
import { showBytes } from './traffic';

const MAX_DEPTH = 6;
const MAX_TEXT = 2000;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export class TraitsView {
  readonly element = document.createElement('section');
  private model: WidgetModel | undefined;
  private withPrivate = false;
  private readonly body = document.createElement('tbody');
  private readonly heading = document.createElement('h3');
  private readonly rows = new Map<string, HTMLTableRowElement>();

  constructor(private readonly select: (id: string) => void) {
    this.element.className = 'sundog-inspector-traits';
    this.element.setAttribute('aria-label', 'Traits');
    this.show(undefined);
  }

  /** Shows a widget, and follows its changes. */
  show(model: WidgetModel | undefined): void {
    this.model?.off('change', this.changed);
    this.model = model;
    model?.on('change', this.changed);
    this.draw();
  }

  showPrivate(shown: boolean): void {
    this.withPrivate = shown;
    this.draw();
  }

  private draw(): void {
    this.rows.clear();
    this.body.replaceChildren();
    const { model } = this;
    if (model === undefined) {
      const hint = document.createElement('p');
      hint.textContent = 'Select a widget to see its traits.';
      this.element.replaceChildren(hint);
      return;
    }
    this.heading.textContent = className(model);
    const module = document.createElement('small');
    module.textContent = `${model.module ?? ''}  ${model.model_id}`;
    const table = document.createElement('table');
    table.setAttribute('aria-label', `Traits of ${className(model)} ${caption(model)}`.trim());
    table.append(this.body);
    for (const name of Object.keys(model.attributes).sort()) {
      this.place(name);
    }
    this.element.replaceChildren(this.heading, module, table);
  }

  private readonly changed = (): void => {
    for (const name of Object.keys(this.model?.changedAttributes() || {})) {
      const row = this.place(name);
      // Restarts the animation.
      row?.classList.remove('changed');
      void row?.offsetWidth;
      row?.classList.add('changed');
    }
  };

  /** Shows the value of a trait, in its row or in a new one. */
  private place(name: string): HTMLTableRowElement | undefined {
    if (this.model === undefined || (!this.withPrivate && name.startsWith('_'))) {
      return undefined;
    }
    let row = this.rows.get(name);
    if (row === undefined) {
      row = document.createElement('tr');
      row.dataset['trait'] = name;
      const head = document.createElement('th');
      head.scope = 'row';
      head.textContent = name;
      row.append(head, document.createElement('td'));
      this.rows.set(name, row);
      this.body.append(row);
    }
    const cell = row.cells[1]!;
    if (!cell.contains(document.activeElement) || cell.querySelector('input') === null) {
      cell.replaceChildren(this.value(name, this.model.get(name)));
    }
    return row;
  }

  private value(name: string, value: unknown): Node {
    if (value instanceof WidgetModel) {
      return this.reference(value);
    }
    if (Array.isArray(value) && value.some((each) => each instanceof WidgetModel)) {
      const list = document.createElement('span');
      list.append(
        ...value.flatMap((each: unknown) => [
          each instanceof WidgetModel ? this.reference(each) : JSON.stringify(plain(each)),
          ' ',
        ]),
      );
      return list;
    }
    const shown = plain(value);
    if (shown !== null && typeof shown === 'object') {
      return jsonTree(shown, { root: Array.isArray(shown) ? 'list' : 'object' });
    }
    return this.editable(name, shown);
  }

  private reference(model: WidgetModel): HTMLElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = [className(model), caption(model)].filter(Boolean).join(' ');
    button.addEventListener('click', () => this.select(model.model_id));
    return button;
  }

  private editable(name: string, value: null | boolean | number | string): HTMLElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `value sundog-json-${value === null ? 'null' : typeof value}`;
    button.textContent = JSON.stringify(value);
    button.title = 'Change';
    button.setAttribute('aria-label', `${name}: ${button.textContent}. Change`);
    button.addEventListener('click', () => this.edit(name, button));
    return button;
  }

  private edit(name: string, button: HTMLButtonElement): void {
    const model = this.model;
    const field = document.createElement('input');
    field.value = button.textContent ?? '';
    field.setAttribute('aria-label', `New value of ${name}, as JSON`);
    let done = false;
    const finish = (take: boolean) => {
      if (done || model === undefined) {
        return;
      }
      let value: unknown;
      try {
        value = JSON.parse(field.value);
      } catch {
        if (take) {
          field.setAttribute('aria-invalid', 'true');
          return;
        }
      }
      done = true;
      const again = this.editable(name, plain(model.get(name)) as never);
      field.replaceWith(again);
      again.focus();
      if (take) {
        model.set(name, value);
        model.save_changes();
      }
    };
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        finish(true);
      } else if (event.key === 'Escape') {
        event.stopPropagation();
        finish(false);
      }
    });
    field.addEventListener('blur', () => finish(false));
    button.replaceWith(field);
    field.focus();
    field.select();
  }
}

/** Returns a value as JSON, with descriptions for what JSON does not have. */
export function plain(value: unknown, depth = 0): Json {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_TEXT
        ? `${value.slice(0, MAX_TEXT)}… (${value.length} characters)`
        : value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'object':
      break;
    case 'undefined':
      return null;
    default:
      return `<${typeof value}>`;
  }
  if (value === null) {
    return null;
  }
  if (value instanceof WidgetModel) {
    return `<${className(value)}>`;
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return `<${showBytes(value.byteLength)} of bytes>`;
  }
  if (depth >= MAX_DEPTH) {
    return '…';
  }
  if (Array.isArray(value)) {
    return value.map((each) => plain(each, depth + 1));
  }
  if (isPlain(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, plain(each, depth + 1)]),
    );
  }
  return value instanceof Date ? value.toISOString() : `<${value.constructor.name}>`;
}
