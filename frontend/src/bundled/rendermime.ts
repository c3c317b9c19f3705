/** JupyterLab's registry of renderers, for packages that ask their widget manager for it. */
import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { latexTypesetter } from '../markup';
import { fetchChunk } from '../retry';

export function makeRenderMime(): RenderMimeRegistry {
  return new RenderMimeRegistry({
    initialFactories: standardRendererFactories,
    latexTypesetter,
    markdownParser: {
      // The registry has removed the formulas already.
      render: async (text: string) =>
        (await fetchChunk(() => import('../markup/markdown'))).parseMarkdown(text),
    },
  });
}
