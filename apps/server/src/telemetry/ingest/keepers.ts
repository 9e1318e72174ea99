import type { LiveRuns } from '../batches/live-runs.ts';
import type { Draft } from '../events/draft.ts';

const MAX_ROOTS = 10_000;

/** Remembers the run trees in which something went wrong: every run of such a tree keeps its payloads. */
export interface Keepers {
  /** The runs of a batch that are not sampled but belong to such a tree. */
  find(orgId: string, draft: Draft, liveRuns: LiveRuns): string[];
}

export function createKeepers(): Keepers {
  const troubled = new Set<string>();
  return {
    find(orgId, { runs }, liveRuns) {
      for (const run of runs.values()) {
        if (run.end?.status !== 'error' && run.violations === 0) continue;
        if (troubled.size >= MAX_ROOTS) troubled.clear();
        troubled.add(orgId + run.rootRunId);
      }
      if (troubled.size === 0) return [];
      return [...runs.values()]
        .filter(
          ({ id, rootRunId }) => troubled.has(orgId + rootRunId) && liveRuns.findRun(orgId, id)?.sampled === false,
        )
        .map(({ id }) => id);
    },
  };
}
