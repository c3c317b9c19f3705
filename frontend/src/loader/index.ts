/** Loads the code of widgets: the page's own, or that of an installed extension. */
export { Loader } from './loader';
export { offerPageModules } from './page-modules';
