import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { latexTypesetter } from '../latex';

export function makeRenderMime(): RenderMimeRegistry {
  return new RenderMimeRegistry({
    initialFactories: standardRendererFactories,
    latexTypesetter,
    markdownParser: {
      render: async (source: string) => (await import('./markdown')).renderMarkdown(source),
    },
  });
}
