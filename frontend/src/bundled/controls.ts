/** The widgets of `@jupyter-widgets/controls`. */
import '@jupyter-widgets/controls/css/widgets-base.css';
import type { DOMWidgetView, ViewList } from '@jupyter-widgets/base';
import * as controls from '@jupyter-widgets/controls';

export * from '@jupyter-widgets/controls';

/**
 * Sets the title of each child. Upstream uses the widgets in the panel instead, which are not those
 * of the children while children are being replaced or have been closed.
 */
function setTitles(children: ViewList<DOMWidgetView> | null, titles: readonly string[]): void {
  children?.views.forEach((view, index) => {
    view.then(
      ({ luminoWidget }) => (luminoWidget.title.label = titles[index] ?? ''),
      () => undefined,
    );
  });
}

export class TabView extends controls.TabView {
  override updateTitles(): void {
    setTitles(this.childrenViews, (this.model.get('titles') ?? []) as string[]);
  }
}

export class AccordionView extends controls.AccordionView {
  override update_titles(): void {
    setTitles(this.children_views, (this.model.get('titles') ?? []) as string[]);
  }
}
