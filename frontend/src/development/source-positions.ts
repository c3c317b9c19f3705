/** Finds positions in original files, by the source maps of scripts. */
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';

const FRAME = /(?<!blob:)(https?:\/\/[^\s()]+?):(\d+):(\d+)/g;
const MAP = /\/\/[#@] sourceMappingURL=(\S+)\s*$/;

/** Returns a stack with the positions in the original files, as far as they can be found. */
export async function withSourcePositions(stack: string, origin: string): Promise<string> {
  const frames = [...stack.matchAll(FRAME)];
  const urls = new Set(frames.map(([, url]) => url!).filter((url) => url.startsWith(`${origin}/`)));
  const maps = new Map<string, TraceMap>();
  await Promise.all(
    [...urls].map(async (url) => {
      const map = await mapOf(url).catch(() => undefined);
      if (map !== undefined) {
        maps.set(url, map);
      }
    }),
  );
  return stack.replace(FRAME, (whole: string, url: string, line: string, column: string) => {
    const map = maps.get(url);
    const found =
      map && originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
    return found?.source ? `${nameOf(found.source)}:${found.line}:${found.column + 1}` : whole;
  });
}

async function mapOf(url: string): Promise<TraceMap | undefined> {
  const script = await fetchText(url);
  const named = MAP.exec(script)?.[1];
  return named === undefined ? undefined : new TraceMap(await fetchText(new URL(named, url).href));
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return response.text();
}

function nameOf(source: string): string {
  const inPackage = source.lastIndexOf('node_modules/');
  return inPackage < 0 ? source.replace(/^(\.{1,2}\/)+/, '') : source.slice(inPackage);
}
