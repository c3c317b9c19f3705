import embed, { type EmbedOptions, type Result, type VisualizationSpec } from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';

/** Shows a Vega or Vega-Lite chart with vega-embed. */
export default function embedChart(
  host: HTMLElement,
  spec: VisualizationSpec,
  options: EmbedOptions = {},
): Promise<Result> {
  return embed(host, spec, {
    // The editor is a website.
    actions: { export: true, source: true, compiled: true, editor: false },
    ...options,
    // Expressions are interpreted, because the page's policy may forbid compiling them.
    ast: true,
    expr: expressionInterpreter,
  });
}
