/**
 * Puts the code that a page needs to start into one file. By default, the bundler makes a file for
 * each set of modules that other files share, so that a page would start with a dozen small requests.
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

/** Returns the rule for a file of what these modules import and other files need as well. */
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
