/** Adds the names and roles of controls that ipywidgets lacks, for screen readers and the keyboard. */
import type { WidgetModel, WidgetView } from '@jupyter-widgets/base';

/** Sets the attributes of a control to match its model. */
type Describe = (element: HTMLElement, model: WidgetModel) => void;

function set(element: Element | null | undefined, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (element?.getAttribute(name) !== value) {
      element?.setAttribute(name, value);
    }
  }
}

function nameOf(model: WidgetModel, otherwise: string): string {
  const name = (model.get('description') as string | undefined) || model.get('tooltip');
  return typeof name === 'string' && name !== '' ? name : otherwise;
}

const describeSlider: Describe = (element, model) => {
  const name = nameOf(model, 'Slider');
  const handles = [...element.querySelectorAll('.noUi-handle')];
  const suffixes = handles.length > 1 ? [', from', ', to'] : [''];
  handles.forEach((handle, index) => set(handle, { 'aria-label': name + suffixes[index] }));
  const readout = element.querySelector('.widget-readout');
  set(readout, { role: 'textbox', 'aria-label': `${name}, value` });
};

const describeProgress: Describe = (element, model) => {
  set(element.querySelector('.progress'), {
    role: 'progressbar',
    'aria-label': nameOf(model, 'Progress'),
    'aria-valuemin': String(model.get('min')),
    'aria-valuemax': String(model.get('max')),
    'aria-valuenow': String(model.get('value')),
  });
};

const describePlay: Describe = (element, model) => {
  const [play, stop, repeat] = element.querySelectorAll('button');
  set(play, { 'aria-label': model.get('playing') ? 'Pause' : 'Play' });
  set(stop, { 'aria-label': 'Stop' });
  set(repeat, { 'aria-label': 'Repeat', 'aria-pressed': String(Boolean(model.get('repeat'))) });
};

const describeToggle: Describe = (element, model) => {
  set(element, { 'aria-pressed': String(Boolean(model.get('value'))) });
};

const describeToggles: Describe = (element, model) => {
  const group = element.querySelector('button')?.parentElement;
  set(group, { role: 'group', 'aria-label': nameOf(model, 'Choice') });
  element.querySelectorAll('button').forEach((button, index) => {
    set(button, { 'aria-pressed': String(model.get('index') === index) });
  });
};

const describeRadio: Describe = (element, model) => {
  const box = element.querySelector('.widget-radio-box');
  set(box, { role: 'radiogroup', 'aria-label': nameOf(model, 'Choice') });
};

const describeAccordion: Describe = (element) => {
  for (const header of element.querySelectorAll(
    ':scope > .jupyter-widget-Collapse > .jupyter-widget-Collapse-header',
  )) {
    const isOpen = header.parentElement?.classList.contains('jupyter-widget-Collapse-open');
    set(header, { role: 'button', tabindex: '0', 'aria-expanded': String(isOpen) });
  }
};

const DESCRIBE: Record<string, Describe> = {
  IntSliderView: describeSlider,
  IntRangeSliderView: describeSlider,
  FloatSliderView: describeSlider,
  FloatRangeSliderView: describeSlider,
  FloatLogSliderView: describeSlider,
  SelectionSliderView: describeSlider,
  SelectionRangeSliderView: describeSlider,
  ProgressView: describeProgress,
  PlayView: describePlay,
  ToggleButtonView: describeToggle,
  ToggleButtonsView: describeToggles,
  RadioButtonsView: describeRadio,
  AccordionView: describeAccordion,
};

/** Describes the view of a core control, now and as it changes. */
export function describeView(view: WidgetView): void {
  const { model } = view;
  const describe = DESCRIBE[model.get('_view_name') as string];
  if (describe === undefined || model.get('_view_module') !== '@jupyter-widgets/controls') {
    return;
  }
  const element = view.el;
  const update = () => describe(element, model);
  if (describe === describeAccordion) {
    watchAccordion(element, update);
    return;
  }
  update();
  view.listenTo(model, 'change', () => {
    const changed = Object.keys(model.changedAttributes() || {});
    // A slider announces its value by itself, and its value changes often.
    if (describe !== describeSlider || changed.some((name) => name !== 'value')) {
      // The view changes in the same event.
      queueMicrotask(update);
    }
  });
}

/** The sections may be added later than the view. Makes the keyboard open them, too. */
function watchAccordion(element: HTMLElement, update: () => void): void {
  const look = () => {
    for (const part of element.children) {
      observer.observe(part, { attributes: true, attributeFilter: ['class'], childList: true });
    }
    update();
  };
  const observer = new MutationObserver(look);
  observer.observe(element, { childList: true });
  look();
  element.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    const isHeader = target.classList.contains('jupyter-widget-Collapse-header');
    if (isHeader && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      target.click();
    }
  });
}
