/** The widget inspector: shows the page's widgets, their traits, and the messages. */
import '../styles/inspector.css';
import type { WidgetModel } from '@jupyter-widgets/base';
import type { Buffer, PageMessage, ServerMessage } from '../protocol';
import { Dock } from './dock';
import { LogView } from './log-view';
import { caption, className, widgetTree } from './models';
import { Outline, widgetAt } from './outline';
import { type Traffic, TrafficLog } from './traffic';
import { TraitsView } from './traits-view';
import { TreeView } from './tree-view';

/** The part of the widget manager that the inspector needs. */
export interface Models {
  readonly modelIds: readonly string[];
  has_model(id: string): boolean;
  get_model(id: string): Promise<WidgetModel>;
}

export interface Options {
  models: Models;
  /** Called when the user closes the inspector. */
  close: () => void;
  height: number;
  onHeight: (height: number) => void;
}

const MAX_PAUSE_MS = 2000;

export class Inspector implements Traffic {
  private readonly dock: Dock;
  private readonly log = new TrafficLog();
  private readonly tree: TreeView;
  private readonly traits: TraitsView;
  private readonly messages: LogView;
  private readonly outline = new Outline();
  private readonly known = new Map<string, WidgetModel>();
  private readonly onlySelected: HTMLInputElement;
  private readonly pickButton: HTMLButtonElement;
  private withInternal = false;
  private wantsFocus = false;
  private selected: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** How long the last drawing of the tree took, in milliseconds. */
  private drawTook = 0;
  private stopPicking: (() => void) | undefined;
  private readonly returnTo = document.activeElement;

  constructor(private readonly options: Options) {
    const { close, height, onHeight } = options;
    this.dock = new Dock(document.documentElement, 'Widget inspector', height, onHeight);
    this.tree = new TreeView({
      select: (id) => this.select(id),
      point: (id) => void this.outline.show(id === undefined ? undefined : this.known.get(id)),
    });
    this.traits = new TraitsView((id) => this.go(id));
    this.messages = new LogView(
      (comm) => this.nameOf(comm),
      (comm) => this.go(comm),
    );
    this.log.onEntry = (entry) => this.messages.update(entry);

    const bar = document.createElement('header');
    const heading = document.createElement('h2');
    heading.textContent = 'Widget inspector';
    this.pickButton = button('Pick in the page', () => this.pick());
    this.pickButton.setAttribute('aria-pressed', 'false');
    const internals = checkbox('Show layouts and private traits', (checked) => {
      this.withInternal = checked;
      this.traits.showPrivate(checked);
      this.draw();
    });
    const only = checkbox('Show only messages of the selected widget', () => this.filter());
    this.onlySelected = only.querySelector('input')!;
    const clear = button('Clear messages', () => {
      this.log.clear();
      this.messages.clear();
    });
    const closing = button('✕', close);
    closing.setAttribute('aria-label', 'Close the inspector');
    closing.title = 'Close (Alt+W)';
    closing.className = 'close';
    bar.append(heading, this.pickButton, internals, only, clear, closing);
    const panes = document.createElement('div');
    panes.className = 'panes';
    const left = document.createElement('nav');
    left.setAttribute('aria-label', 'Widgets of the page');
    left.append(this.tree.element);
    panes.append(left, this.traits.element, this.messages.element);
    this.dock.element.append(bar, panes);
    this.dock.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented) {
        close();
      }
    });
    options.models.modelIds.forEach((id) => void this.follow(id));
    this.drawSoon();
  }

  /** Moves the focus into the tree, when there is one. */
  focus(): void {
    const target = this.tree.element.querySelector<HTMLElement>('[tabindex="0"]');
    this.wantsFocus = target === null;
    target?.focus();
  }

  remove(): void {
    const inside = this.dock.element.contains(document.activeElement);
    this.stopPicking?.();
    this.traits.show(undefined);
    void this.outline.show(undefined);
    for (const model of this.known.values()) {
      this.leave(model);
    }
    this.known.clear();
    clearTimeout(this.timer);
    this.dock.remove();
    if (inside && this.returnTo instanceof HTMLElement) {
      this.returnTo.focus();
    }
  }

  // Messages -----------------------------------------------------------------------------------

  sent(id: string, message: PageMessage, buffers: readonly Buffer[]): void {
    this.log.sent(id, message, buffers);
    this.opened(message);
  }

  acknowledged(id: string): void {
    this.log.acknowledged(id);
  }

  handled(id: string, milliseconds: number): void {
    this.log.handled(id, milliseconds);
  }

  received(message: ServerMessage, buffers: readonly Buffer[]): void {
    this.log.received(message, buffers);
    this.opened(message);
  }

  private opened(message: PageMessage | ServerMessage): void {
    if (message[0] === 'open') {
      void this.follow(message[1]);
    }
  }

  // Models -------------------------------------------------------------------------------------

  private async follow(id: string): Promise<void> {
    // The manager handles the message after this listener.
    await Promise.resolve();
    if (this.known.has(id) || !this.options.models.has_model(id)) {
      return;
    }
    const model = await this.options.models.get_model(id).catch(() => undefined);
    if (model === undefined || this.known.has(id) || !this.dock.element.isConnected) {
      return;
    }
    this.known.set(id, model);
    model.on('change', this.drawSoon);
    model.on('destroy', this.forget);
    this.drawSoon();
  }

  private leave(model: WidgetModel): void {
    model.off('change', this.drawSoon);
    model.off('destroy', this.forget);
  }

  private readonly forget = (model: WidgetModel): void => {
    this.leave(model);
    this.known.delete(model.model_id);
    if (this.selected === model.model_id) {
      this.selected = undefined;
      this.traits.show(undefined);
      this.filter();
    }
    this.drawSoon();
  };

  private nameOf(comm: string): string {
    const model = this.known.get(comm);
    return model === undefined ? comm.slice(0, 8) : `${className(model)} ${caption(model)}`.trimEnd();
  }

  // Display ------------------------------------------------------------------------------------

  /** Draws the tree soon; a large one less often, so that the page stays responsive. */
  private readonly drawSoon = (): void => {
    this.timer ??= setTimeout(() => this.draw(), Math.min(MAX_PAUSE_MS, this.drawTook * 10));
  };

  private draw(): void {
    this.timer = undefined;
    const began = performance.now();
    this.tree.show(widgetTree([...this.known.values()], this.withInternal));
    this.drawTook = performance.now() - began;
    if (this.wantsFocus) {
      this.focus();
    }
  }

  private select(id: string): void {
    this.selected = id;
    this.traits.show(this.known.get(id));
    this.filter();
  }

  /** Selects a widget from outside of the tree. */
  private go(id: string): void {
    if (this.known.has(id)) {
      this.tree.select(id);
      this.select(id);
    }
  }

  private filter(): void {
    this.messages.filter(this.onlySelected.checked ? this.selected : undefined);
  }

  /** Waits for a click on a widget in the page, and selects the widget. */
  private pick(): void {
    if (this.stopPicking !== undefined) {
      this.stopPicking();
      return;
    }
    const ends = new AbortController();
    const on = { capture: true, signal: ends.signal };
    this.stopPicking = () => {
      ends.abort();
      this.stopPicking = undefined;
      this.pickButton.setAttribute('aria-pressed', 'false');
      document.documentElement.classList.remove('sundog-picking');
      void this.outline.show(undefined);
    };
    this.pickButton.setAttribute('aria-pressed', 'true');
    document.documentElement.classList.add('sundog-picking');
    const outside = (event: Event) =>
      event.target instanceof Element && !this.dock.element.contains(event.target)
        ? event.target
        : undefined;
    const find = (element: Element) => widgetAt([...this.known.values()], element);
    const move = (event: Event) => {
      const at = outside(event);
      if (at !== undefined) {
        void find(at).then((model) =>
          this.outline.show(this.stopPicking === undefined ? undefined : model),
        );
      }
    };
    const pickOnClick = (event: Event) => {
      const at = outside(event);
      if (at === undefined) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.type === 'click') {
        this.stopPicking?.();
        void find(at).then((model) => model !== undefined && this.go(model.model_id));
      }
    };
    window.addEventListener('pointermove', move, on);
    for (const kind of ['pointerdown', 'pointerup', 'mousedown', 'mouseup', 'click']) {
      window.addEventListener(kind, pickOnClick, on);
    }
    const escape = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopImmediatePropagation();
        this.stopPicking?.();
      }
    };
    window.addEventListener('keydown', escape, on);
  }
}

function button(text: string, action: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = text;
  element.addEventListener('click', action);
  return element;
}

function checkbox(text: string, changed: (checked: boolean) => void): HTMLLabelElement {
  const label = document.createElement('label');
  const field = document.createElement('input');
  field.type = 'checkbox';
  field.addEventListener('change', () => changed(field.checked));
  label.append(field, ` ${text}`);
  return label;
}
