/** The view that is shown instead of a widget that failed: says which one, and why. */
import { DOMWidgetView } from '@jupyter-widgets/base';

/** The view name of the models that stand for a failure. */
export const ERROR_VIEW = 'ErrorWidgetView';

interface Broken {
  text: string;
  error: unknown;
}

export class BrokenView extends DOMWidgetView {
  override render(): void {
    const { text, error } = this.broken();
    this.el.classList.add('jupyter-widgets', 'sundog-broken');
    this.el.setAttribute('role', 'group');
    const details = document.createElement('details');
    const summary = document.createElement('summary');
    summary.textContent = text;
    const reason = document.createElement('p');
    reason.textContent = error instanceof Error ? error.message : String(error);
    const stack = document.createElement('pre');
    stack.tabIndex = 0;
    stack.textContent = error instanceof Error ? (error.stack ?? '') : '';
    details.append(summary, stack);
    this.el.append(reason, details);
  }

  private broken(): Broken {
    const { broken } = this.options as { broken?: Broken };
    return broken ?? { text: String(this.model.get('msg')), error: this.model.get('error') };
  }
}
