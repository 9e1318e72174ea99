import type { ConcurrencyIr } from '@mission-control/policy/evaluate';
import type { RecordedRun } from './recorded.rules.ts';

interface NamedConcurrency {
  ref: string;
  rule: Pick<ConcurrencyIr, 'per' | 'max' | 'on_full'>;
}

interface Full {
  ref: string;
  verdict: 'block' | 'warn';
}

/** What a run shares its places with; undefined where it counts for none. */
function toKey(per: ConcurrencyIr['per'], { agentId, agentType, boardId }: RecordedRun): string | undefined {
  if (per === 'org') return 'org';
  return (per === 'agent' ? agentId : per === 'agent_type' ? agentType : boardId) ?? undefined;
}

/**
 * Tells of root runs, in the order in which they began, which would have found no place. One that would have been
 * refused takes none; one that would have waited takes it as recorded.
 */
export function createPlaces(rules: readonly NamedConcurrency[]): (run: RecordedRun) => Full[] {
  /** By rule and key, when each run that has a place ends. */
  const taken = new Map<string, number[]>();
  return (run) =>
    rules.flatMap(({ ref, rule: { per, max, on_full } }): Full[] => {
      const key = toKey(per, run);
      if (key === undefined) return [];
      const ends = (taken.get(`${ref} ${key}`) ?? []).filter((end) => end > run.startedMs);
      const isFull = ends.length >= max;
      taken.set(`${ref} ${key}`, isFull && on_full === 'reject' ? ends : [...ends, run.endedMs]);
      return isFull ? [{ ref, verdict: on_full === 'reject' ? 'block' : 'warn' }] : [];
    });
}
