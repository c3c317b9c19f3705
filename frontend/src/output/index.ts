/**
 * Shows outputs: streams, errors, widgets and rich displays. The code for all but widgets is a chunk
 * of its own (`rich.ts`), which the first such output loads.
 */
export { OutputArea, type RichRenderer, type ViewManager } from './area';
export { AreaItems, type Change, WIDGET_VIEW } from './items';
export { onOutputCode } from './output-code';
