/** Renders mime types that labextensions and other packages bring, plotly's for one. */
import type { Widget } from '@lumino/widgets';
import { latexTypesetter } from '../markup';
import type { MimeBundle } from './items';
import { PLOTLY, PlotlyFigure } from './plotly';
import { EXTENSION_RANK, type MimeMetadata } from './renderers';

interface MimeRenderer extends Widget {
  renderModel(model: object): Promise<void>;
}

interface RendererFactory {
  mimeTypes: readonly string[];
  defaultRank?: number;
  createRenderer(options: object): MimeRenderer;
}

interface MimePlugin {
  rank?: number;
  rendererFactory: RendererFactory;
}

/** Finds installed extensions, and loads their modules. */
export interface ExtensionLoader {
  fetchManifest(): Promise<{
    labextensions: Record<string, { mimeExtension?: string; mimeTypes?: string[] }>;
    scripts: Record<string, string[]>;
  }>;
  fetchLabExtensions(): Promise<{ module(name: string, path: string): Promise<unknown> }>;
}

export class MimeExtensions {
  private readonly factories = new Map<string, Promise<RendererFactory[]>>();

  constructor(private readonly loader: ExtensionLoader) {}

  /**
   * Returns a widget that shows one of these types; undefined where no extension can, or what is
   * known without one is richer: its rank is lower.
   */
  async render(
    types: readonly string[],
    data: MimeBundle,
    metadata: MimeMetadata,
    knownRank = Infinity,
  ): Promise<Widget | undefined> {
    for (const mimeType of types) {
      const factory = await this.factoryFor(mimeType);
      if (factory !== undefined && (factory.defaultRank ?? EXTENSION_RANK) <= knownRank) {
        const renderer = factory.createRenderer({ mimeType, latexTypesetter, sanitizer: null });
        const model = { trusted: true, data, metadata, setData: () => undefined };
        return Object.assign(renderer, { rendered: renderer.renderModel(model) });
      }
    }
    return undefined;
  }

  private async factoryFor(mimeType: string): Promise<RendererFactory | undefined> {
    const { labextensions, scripts } = await this.loader.fetchManifest();
    for (const [name, { mimeExtension, mimeTypes }] of Object.entries(labextensions)) {
      // Some are large: one that tells its types is loaded for those only.
      if (mimeExtension !== undefined && (mimeTypes === undefined || mimeTypes.includes(mimeType))) {
        const factories = await this.load(name, mimeExtension);
        const found = factories.find((factory) => factory.mimeTypes.includes(mimeType));
        if (found !== undefined) {
          return found;
        }
      }
    }
    return mimeType === PLOTLY && scripts[PLOTLY] !== undefined
      ? drawnByPlotly(scripts[PLOTLY])
      : undefined;
  }

  private load(name: string, path: string): Promise<RendererFactory[]> {
    let loading = this.factories.get(name);
    if (loading === undefined) {
      loading = this.loadNow(name, path).catch((error: unknown) => {
        console.warn(`The mime extension ${name} could not be loaded`, error);
        this.factories.delete(name);
        return [];
      });
      this.factories.set(name, loading);
    }
    return loading;
  }

  private async loadNow(name: string, path: string): Promise<RendererFactory[]> {
    const labextensions = await this.loader.fetchLabExtensions();
    const exported = (await labextensions.module(name, path)) as { default?: unknown };
    const plugins = (exported.default ?? exported) as MimePlugin | MimePlugin[];
    return (Array.isArray(plugins) ? plugins : [plugins]).map(({ rank, rendererFactory }) => ({
      mimeTypes: rendererFactory.mimeTypes,
      defaultRank: rank ?? rendererFactory.defaultRank ?? EXTENSION_RANK,
      createRenderer: (options) => rendererFactory.createRenderer(options),
    }));
  }
}

/** Figures are richer than whatever else stands for them. */
function drawnByPlotly(scripts: readonly string[]): RendererFactory {
  return { mimeTypes: [PLOTLY], defaultRank: 0, createRenderer: () => new PlotlyFigure(scripts) };
}
