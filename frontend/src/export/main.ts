/** Starts an exported page: unpacks its files, then runs the page's script with a recording. */
import { type Archive, divert, Files } from './files';
import { framesOf, RecordedSocket, type Recording } from './recorded-socket';

function json<T>(id: string): T {
  const element = document.getElementById(id)!;
  const value = JSON.parse(element.textContent ?? '') as T;
  // It is large, and is not read again.
  element.remove();
  return value;
}

function append(tag: 'script' | 'link', attributes: Record<string, string>, text = ''): void {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.textContent = text;
  document.head.append(element);
}

interface Start {
  entry: string;
  styles: string[];
}

async function start(): Promise<void> {
  const { entry, styles } = json<Start>('sundog-start');
  const files = await Files.unpack(json<Archive>('sundog-files'));
  append('script', { type: 'importmap' }, JSON.stringify(files.importMap()));
  divert(files);
  for (const style of styles) {
    append('link', { rel: 'stylesheet', href: style });
  }
  const early = {
    socket: new RecordedSocket(),
    frames: framesOf(json<Recording>('sundog-recording')),
  };
  Object.assign(globalThis, { sundogEarly: early });
  // There is no server to notify when the page is closed.
  navigator.sendBeacon = () => true;
  append('script', { type: 'module', src: entry });
}

void start();
