/** Moves between the pages of an app, without loading a page. */
export { Menu } from './menu';
export { Navigation } from './navigation';
