import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { latexTypesetter } from '../latex';
import { fetchChunk } from '../patience';

export function makeRenderMime(): RenderMimeRegistry {
  return new RenderMimeRegistry({
    initialFactories: standardRendererFactories,
    latexTypesetter,
    markdownParser: {
      render: async (source: string) => (await fetchChunk(() => import('./markdown'))).renderMarkdown(source),
    },
  });
}
