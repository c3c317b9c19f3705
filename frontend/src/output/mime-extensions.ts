/** Renders the mime types of labextensions and other packages, such as plotly's. */
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
   * Returns a widget that shows one of the types. Returns undefined if no extension can, or if the
   * page can show a richer type (of a lower rank) without one.
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
      // Some are large: an extension that lists its types is only loaded for these.
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

/** Figures are richer than all other types in their bundle. */
function drawnByPlotly(scripts: readonly string[]): RendererFactory {
  return { mimeTypes: [PLOTLY], defaultRank: 0, createRenderer: () => new PlotlyFigure(scripts) };
}
