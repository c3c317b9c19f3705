/** Restores what the user had entered when an app is restarted after its kernel has ended. */
export { EnteredValues, type Entry } from './entered-values';
export { type Models, offerRestore, restoreValues } from './offer';
export { type GetStorage, mayReload, saveEntries, takeEntries } from './storage';
