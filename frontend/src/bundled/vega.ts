import embed, { type EmbedOptions, type Result, type VisualizationSpec } from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';

/** Shows a Vega or Vega-Lite chart, as `vega-embed` does by itself. */
export default function embedChart(
  host: HTMLElement,
  spec: VisualizationSpec,
  options: EmbedOptions = {},
): Promise<Result> {
  return embed(host, spec, {
    // The editor is a site on the internet.
    actions: { export: true, source: true, compiled: true, editor: false },
    ...options,
    // Expressions are interpreted: a page may forbid to compile them.
    ast: true,
    expr: expressionInterpreter,
  });
}
