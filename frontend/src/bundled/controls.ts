/** The widgets of `@jupyter-widgets/controls`. */
import '@jupyter-widgets/controls/css/widgets-base.css';
import type { DOMWidgetView, ViewList } from '@jupyter-widgets/base';
import * as controls from '@jupyter-widgets/controls';

export * from '@jupyter-widgets/controls';

/**
 * Gives each child its title. Upstream goes by what is in the panel, where old children still are
 * when others have come together with their titles, and closed ones are no more.
 */
function entitle(children: ViewList<DOMWidgetView> | null, titles: readonly string[]): void {
  children?.views.forEach((view, index) => {
    view.then(
      ({ luminoWidget }) => (luminoWidget.title.label = titles[index] ?? ''),
      () => undefined,
    );
  });
}

export class TabView extends controls.TabView {
  override updateTitles(): void {
    entitle(this.childrenViews, (this.model.get('titles') ?? []) as string[]);
  }
}

export class AccordionView extends controls.AccordionView {
  override update_titles(): void {
    entitle(this.children_views, (this.model.get('titles') ?? []) as string[]);
  }
}
