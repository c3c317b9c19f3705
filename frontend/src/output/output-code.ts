/** Reports the code that outputs run, so that what it fails to load can be shown beside them. */

/** Is called with the element of an output, and the code that runs in it. */
export type CodeListener = (place: HTMLElement, code: string) => void;

const listeners = new Set<CodeListener>();

export function onOutputCode(listener: CodeListener): void {
  listeners.add(listener);
}

export function notifyOutputCode(place: HTMLElement, code: string): void {
  listeners.forEach((listener) => listener(place, code));
}
