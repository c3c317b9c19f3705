/** Shows the tree of widgets, with the keys of ARIA's tree pattern. */
import { caption, className, type Node } from './models';

export interface TreeHandlers {
  select(id: string): void;
  /** The pointer or the focus is on a widget; undefined when it has left. */
  point(id: string | undefined): void;
}

export class TreeView {
  readonly element = document.createElement('ul');
  private selected: string | undefined;
  private readonly closed = new Set<string>();
  private roots: readonly Node[] = [];

  constructor(private readonly handlers: TreeHandlers) {
    this.element.className = 'sundog-inspector-tree';
    this.element.setAttribute('role', 'tree');
    this.element.setAttribute('aria-label', 'Widgets');
    this.element.addEventListener('keydown', (event) => this.key(event));
    this.element.addEventListener('click', (event) => this.clicked(event));
    this.element.addEventListener('pointerover', (event) => {
      this.handlers.point(itemOf(event.target)?.dataset['id']);
    });
    this.element.addEventListener('pointerleave', () => this.handlers.point(undefined));
    this.element.addEventListener('focusin', (event) => {
      this.handlers.point(itemOf(event.target)?.dataset['id']);
    });
    this.element.addEventListener('focusout', () => this.handlers.point(undefined));
  }

  show(roots: readonly Node[]): void {
    this.roots = roots;
    this.draw();
  }

  select(id: string): void {
    this.selected = id;
    this.open(id, this.roots);
    this.draw();
    this.items.find((item) => item.dataset['id'] === id)?.scrollIntoView({ block: 'nearest' });
  }

  private get items(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>('[role=treeitem]')];
  }

  /** Opens the branches above a widget; returns whether the widget was found. */
  private open(id: string, nodes: readonly Node[]): boolean {
    return nodes.some((node) => {
      const inside = this.open(id, node.children);
      if (inside) {
        this.closed.delete(node.id);
      }
      return inside || node.id === id;
    });
  }

  private draw(): void {
    const at = this.items.findIndex((item) => item === document.activeElement);
    const focused = at < 0 ? undefined : this.items[at]!.dataset['id'];
    this.element.replaceChildren(...this.roots.map((node, i) => this.item(node, 1, i, this.roots)));
    const items = this.items;
    const chosen = items.find((item) => item.dataset['id'] === this.selected) ?? items[0];
    chosen?.setAttribute('tabindex', '0');
    if (focused !== undefined) {
      const same = items.find((item) => item.dataset['id'] === focused);
      (same ?? items[Math.min(at, items.length - 1)])?.focus();
    }
  }

  private item(node: Node, level: number, index: number, siblings: readonly Node[]): HTMLElement {
    const item = document.createElement('li');
    item.dataset['id'] = node.id;
    item.tabIndex = -1;
    item.setAttribute('role', 'treeitem');
    item.setAttribute('aria-level', String(level));
    item.setAttribute('aria-posinset', String(index + 1));
    item.setAttribute('aria-setsize', String(siblings.length));
    item.setAttribute('aria-selected', String(node.id === this.selected));
    const row = document.createElement('div');
    row.style.setProperty('--level', String(level - 1));
    const twist = span('twist', '');
    row.append(twist);
    if (node.trait !== '') {
      row.append(span('trait', node.trait), ' ');
    }
    row.append(span('class', className(node.model)), ' ', span('caption', caption(node.model)));
    item.append(row);
    item.setAttribute('aria-label', (row.textContent ?? '').trim());
    if (node.children.length > 0) {
      const open = !this.closed.has(node.id);
      item.setAttribute('aria-expanded', String(open));
      if (open) {
        const group = document.createElement('ul');
        group.setAttribute('role', 'group');
        group.append(
          ...node.children.map((child, i) => this.item(child, level + 1, i, node.children)),
        );
        item.append(group);
      }
    }
    return item;
  }

  private clicked(event: MouseEvent): void {
    const item = itemOf(event.target);
    if (item === undefined) {
      return;
    }
    if (event.target instanceof Element && event.target.closest('.twist') !== null) {
      this.toggle(item, item.getAttribute('aria-expanded') !== 'true');
      return;
    }
    this.choose(item);
  }

  private choose(item: HTMLElement): void {
    const id = item.dataset['id']!;
    this.select(id);
    this.items.find((each) => each.dataset['id'] === id)?.focus();
    this.handlers.select(id);
  }

  private toggle(item: HTMLElement, open: boolean): void {
    const id = item.dataset['id']!;
    if (open) {
      this.closed.delete(id);
    } else {
      this.closed.add(id);
    }
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    const item = itemOf(event.target);
    if (item === undefined || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const items = this.items;
    const at = items.indexOf(item);
    const expanded = item.getAttribute('aria-expanded');
    const go = (target: Element | null | undefined) => {
      if (target instanceof HTMLElement) {
        target.focus();
      }
    };
    switch (event.key) {
      case 'ArrowDown':
        go(items[at + 1]);
        break;
      case 'ArrowUp':
        go(items[at - 1]);
        break;
      case 'Home':
        go(items[0]);
        break;
      case 'End':
        go(items.at(-1));
        break;
      case 'ArrowRight':
        if (expanded === 'false') {
          this.toggle(item, true);
        } else if (expanded === 'true') {
          go(items[at + 1]);
        }
        break;
      case 'ArrowLeft':
        if (expanded === 'true') {
          this.toggle(item, false);
        } else {
          go(item.parentElement?.closest('[role=treeitem]'));
        }
        break;
      case 'Enter':
      case ' ':
        this.choose(item);
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}

function itemOf(target: EventTarget | null): HTMLElement | undefined {
  return target instanceof Element
    ? (target.closest<HTMLElement>('[role=treeitem]') ?? undefined)
    : undefined;
}

function span(name: string, text: string): HTMLElement {
  const element = document.createElement('span');
  element.className = name;
  element.textContent = text;
  return element;
}
