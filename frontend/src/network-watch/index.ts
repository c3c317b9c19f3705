/** Finds out which resources of other hosts widgets and outputs fail to load, and says so there. */
export { MissingResourceNotes } from './notes';
