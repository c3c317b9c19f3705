/** Draws plotly's figures with plotly's own script, if there is no labextension for them. */
import { Widget } from '@lumino/widgets';
import { loadInOrder } from '../retry';

export const PLOTLY = 'application/vnd.plotly.v1+json';

interface Figure {
  data?: object[];
  layout?: object;
  config?: object;
  frames?: object[];
}

interface Plotly {
  newPlot(place: HTMLElement, figure: Figure): Promise<unknown>;
  purge(place: HTMLElement): void;
}

export class PlotlyFigure extends Widget {
  private plotly: Plotly | undefined;

  constructor(private readonly scripts: readonly string[]) {
    super();
    this.addClass('sundog-plotly');
  }

  async renderModel({ data }: { data: Record<string, unknown> }): Promise<void> {
    await loadInOrder(this.scripts);
    const { Plotly } = globalThis as unknown as { Plotly: Plotly };
    // plotly changes the figure that it is given.
    const figure = structuredClone(data[PLOTLY]) as Figure;
    if (this.isDisposed) {
      return;
    }
    this.plotly = Plotly;
    await Plotly.newPlot(this.node, {
      ...figure,
      config: { responsive: true, ...figure.config },
    });
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.plotly?.purge(this.node);
    }
    super.dispose();
  }
}
