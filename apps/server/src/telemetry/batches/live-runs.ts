import type { LiveRun } from '../events/draft.ts';

/** Two generations of so many runs each: the older one goes when the younger is full. */
const GENERATION = 20_000;

/** The runs being reported to this instance. Bounded; what falls out is read back from the database. */
export interface LiveRuns {
  findRun(orgId: string, runId: string): LiveRun | undefined;
  add(orgId: string, run: LiveRun): void;
  forget(orgId: string, runIds: Iterable<string>): void;
}

export function createLiveRuns(): LiveRuns {
  let young = new Map<string, LiveRun>();
  let old = new Map<string, LiveRun>();
  const put = (key: string, run: LiveRun) => {
    if (young.size >= GENERATION) {
      old = young;
      young = new Map();
    }
    young.set(key, run);
  };
  return {
    findRun(orgId, runId) {
      const key = orgId + runId;
      const run = young.get(key);
      if (run) return run;
      const aged = old.get(key);
      if (aged) put(key, aged);
      return aged;
    },
    add: (orgId, run) => put(orgId + run.id, run),
    forget(orgId, runIds) {
      for (const id of runIds) {
        young.delete(orgId + id);
        old.delete(orgId + id);
      }
    },
  };
}
