// @vitest-environment happy-dom
import type { WidgetView } from '@jupyter-widgets/base';
import { describe, expect, it } from 'vitest';
import { describeView } from '../../src/widgets/accessibility';
import { flush } from '../flush';


function view(name: string, html: string, values: Record<string, unknown> = {}) {
  const element = document.createElement('div');
  element.innerHTML = html;
  const state: Record<string, unknown> = {
    _view_name: name,
    _view_module: '@jupyter-widgets/controls',
    ...values,
  };
  let changed: Record<string, unknown> = {};
  const listeners: (() => void)[] = [];
  const made = {
    el: element,
    model: { get: (key: string) => state[key], changedAttributes: () => changed },
    listenTo: (_model: unknown, _event: string, listener: () => void) => listeners.push(listener),
  } as unknown as WidgetView;
  const change = async (change: Record<string, unknown>) => {
    Object.assign(state, change);
    changed = change;
    listeners.forEach((listener) => listener());
    await flush();
  };
  return { element, change, made };
}

describe('describeView', () => {
  it('names the handles of sliders', async () => {
    const { element, change, made } = view(
      'IntRangeSliderView',
      '<div class="noUi-handle"></div><div class="noUi-handle"></div><div class="widget-readout"></div>',
      { description: 'Size' },
    );
    describeView(made);
    const labels = () => [...element.children].map((child) => child.getAttribute('aria-label'));
    expect(labels()).toEqual(['Size, from', 'Size, to', 'Size, value']);
    await change({ description: 'Width' });
    expect(labels()[0]).toBe('Width, from');
  });

  it('describes how far a progress bar is', async () => {
    const { element, change, made } = view('ProgressView', '<div class="progress"></div>', {
      min: 0,
      max: 10,
      value: 3,
      description: '',
    });
    describeView(made);
    const bar = element.querySelector('[role=progressbar]')!;
    expect(bar.getAttribute('aria-valuenow')).toBe('3');
    await change({ value: 4 });
    expect(bar.getAttribute('aria-valuenow')).toBe('4');
  });

  it('describes which of several buttons is pressed', async () => {
    const { element, change, made } = view(
      'ToggleButtonsView',
      '<div><button>a</button><button>b</button></div>',
      { index: 0 },
    );
    describeView(made);
    const pressed = () =>
      [...element.querySelectorAll('button')].map((b) => b.getAttribute('aria-pressed'));
    expect(pressed()).toEqual(['true', 'false']);
    await change({ index: 1 });
    expect(pressed()).toEqual(['false', 'true']);
  });

  it('lets the keyboard open the sections of an accordion', async () => {
    const { element, made } = view('AccordionView', '');
    describeView(made);
    const part = document.createElement('div');
    part.className = 'jupyter-widget-Collapse';
    part.innerHTML = '<div class="jupyter-widget-Collapse-header"></div>';
    element.append(part);
    await flush();
    const header = part.firstElementChild as HTMLElement;
    expect(header.getAttribute('aria-expanded')).toBe('false');
    header.addEventListener('click', () => part.classList.add('jupyter-widget-Collapse-open'));
    header.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    await flush();
    expect(header.getAttribute('aria-expanded')).toBe('true');
  });

  it('describes the sections that an accordion has from the start', async () => {
    const { element, made } = view(
      'AccordionView',
      '<div class="jupyter-widget-Collapse"><div class="jupyter-widget-Collapse-header"></div></div>',
    );
    describeView(made);
    element.firstElementChild!.classList.add('jupyter-widget-Collapse-open');
    await flush();
    const header = element.querySelector('.jupyter-widget-Collapse-header')!;
    expect(header.getAttribute('aria-expanded')).toBe('true');
  });

  it('leaves widgets of other packages alone', () => {
    const { element, made } = view('IntSliderView', '<div class="noUi-handle"></div>', {
      _view_module: 'mine',
    });
    describeView(made);
    expect(element.firstElementChild!.hasAttribute('aria-label')).toBe(false);
  });
});
