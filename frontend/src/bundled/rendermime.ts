import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { latexTypesetter } from '../markup/latex';
import { fetchChunk } from '../retry';

export function makeRenderMime(): RenderMimeRegistry {
  return new RenderMimeRegistry({
    initialFactories: standardRendererFactories,
    latexTypesetter,
    markdownParser: {
      render: async (source: string) => (await fetchChunk(() => import('../markup/markdown'))).renderMarkdown(source),
    },
  });
}
