// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { removeStyles } from '../../src/solara/styles';
import { flush } from '../flush';

class Model {
  private closed: () => void = () => undefined;

  constructor(private readonly template: unknown) {}

  get(): unknown {
    return this.template;
  }

  once(_name: string, callback: () => void): void {
    this.closed = callback;
  }

  close(): void {
    this.closed();
  }
}

const templateOf = (marker: string) => `<template></template><style>\n/* ${marker} */\nb {}</style>`;

function addStyle(marker: string): HTMLStyleElement {
  const style = document.createElement('style');
  style.textContent = `\n/* ${marker} */\nb {}`;
  document.head.append(style);
  return style;
}

function model(opened: (model: never) => void, template: unknown): Model {
  const made = new Model(template);
  opened(made as never);
  return made;
}

afterEach(() => {
  document.head.innerHTML = '';
});

describe('styles of solara.Style', () => {
  it('go when their widget is closed, although it was never mounted', () => {
    const widget = model(removeStyles(document), templateOf('solara-style-a1'));
    const [style, other] = [addStyle('solara-style-a1'), addStyle('solara-style-b2')];
    widget.close();
    expect(style.isConnected).toBe(false);
    expect(other.isConnected).toBe(true);
  });

  it('go when they are added after that', async () => {
    model(removeStyles(document), templateOf('solara-style-a1')).close();
    const style = addStyle('solara-style-a1');
    const other = addStyle('solara-style-b2');
    await flush();
    expect(style.isConnected).toBe(false);
    expect(other.isConnected).toBe(true);
  });

  it('stay when the same widget is opened again', async () => {
    const opened = removeStyles(document);
    model(opened, templateOf('solara-style-c3')).close();
    model(opened, templateOf('solara-style-c3'));
    const style = addStyle('solara-style-c3');
    await flush();
    expect(style.isConnected).toBe(true);
  });

  it('of other templates are none of its business', () => {
    const opened = removeStyles(document);
    const widgets = [model(opened, '<style>b {}</style>'), model(opened, undefined)];
    const style = addStyle('something-else');
    widgets.forEach((widget) => widget.close());
    expect(style.isConnected).toBe(true);
  });
});
