/** Shows JSON as a tree whose branches can be opened; the content of closed ones is not created. */

const OPEN_UP_TO = 20;
const MAX_SHOWN = 1000;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export function jsonTree(value: Json, { expanded = false, root = 'root' } = {}): HTMLElement {
  const tree = document.createElement('div');
  tree.className = 'sundog-json';
  tree.append(node(root, value, expanded, true));
  return tree;
}

function node(name: string, value: Json, expanded: boolean, top = false): HTMLElement {
  if (value === null || typeof value !== 'object') {
    const leaf = document.createElement('div');
    leaf.append(key(name), `: `, literal(value));
    return leaf;
  }
  const entries = Object.entries(value);
  const branch = document.createElement('details');
  const summary = document.createElement('summary');
  const count = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  const size = document.createElement('span');
  size.className = 'sundog-json-size';
  size.textContent = count;
  summary.append(key(name), ' ', size);
  branch.append(summary);
  const fill = () => {
    branch.append(...entries.slice(0, MAX_SHOWN).map(([each, inner]) => node(each, inner, expanded)));
    if (entries.length > MAX_SHOWN) {
      branch.append(`… ${entries.length - MAX_SHOWN} more`);
    }
  };
  if (expanded || (top && entries.length <= OPEN_UP_TO)) {
    branch.open = true;
    fill();
  } else {
    branch.addEventListener('toggle', fill, { once: true });
  }
  return branch;
}

function key(name: string): HTMLElement {
  const element = document.createElement('span');
  element.className = 'sundog-json-key';
  element.textContent = name;
  return element;
}

function literal(value: null | boolean | number | string): HTMLElement {
  const element = document.createElement('span');
  element.className = `sundog-json-${value === null ? 'null' : typeof value}`;
  element.textContent = JSON.stringify(value);
  return element;
}
