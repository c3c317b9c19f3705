/**
 * Shows outputs: streams, errors, widgets and rich displays. What renders rich displays is a chunk of
 * its own (`rich.ts`), which is loaded with the first one.
 */
export { OutputArea, type RichRenderer, type ViewManager } from './area';
export { AreaItems, type Change, WIDGET_VIEW } from './items';
export { onOutputCode } from './output-code';
