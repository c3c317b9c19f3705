/**
 * Keeps what a page needs to start in one file. Left to itself, the bundler makes a file of each set
 * of modules that the same other files share, and a page begins with a dozen small requests.
 */
import type { ChunkingContext, CodeSplittingGroup } from 'rolldown';

function reachable(roots: string[], context: ChunkingContext): Set<string> {
  const found = new Set<string>();
  const waiting = [...roots];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (!found.has(id)) {
      found.add(id);
      waiting.push(...(context.getModuleInfo(id)?.importedIds ?? []));
    }
  }
  return found;
}

/** A file for what these modules import and other files need as well. */
export function startChunk(roots: string[]): CodeSplittingGroup {
  let needed: Set<string> | undefined;
  return {
    name(id, context) {
      needed ??= reachable(roots, context);
      return needed.has(id) && !roots.includes(id) ? 'start' : null;
    },
    debugName: 'start',
    minShareCount: 2,
  };
}
