import type { CallCount, NewViolation } from '#server/governance/index.ts';
import { addBin } from '#server/platform/histograms/histogram.rules.ts';

const BUCKET_US = 10_000_000;

/** What breakers count of a batch, by agent, version, tool and ten seconds. */
export type CallCounts = Map<string, CallCount & { durBins: Map<number, number> }>;

type Place = Pick<CallCount, 'orgId' | 'agentId' | 'versionId' | 'tool'> & {
  /** Microseconds since 1970. */
  t: number;
};

/** The count of a place, made when it is the first of its kind. */
export function countOf(counts: CallCounts, { orgId, agentId, versionId, tool, t }: Place) {
  const bucket = t - (t % BUCKET_US);
  const key = `${agentId} ${versionId} ${bucket} ${tool} ${orgId}`;
  const known = counts.get(key);
  if (known) return known;
  const place = { orgId, agentId, versionId, tool, t: bucket / 1_000 };
  const made = { ...place, n: 0, errors: 0, violations: 0, durBins: new Map<number, number>() };
  counts.set(key, made);
  return made;
}

/** Adds the counts of several batches. The batches keep theirs, for a retry. */
export function mergeCalls(all: readonly CallCounts[]): CallCount[] {
  if (all.length === 1) return [...(all[0] ?? new Map()).values()];
  const sums: CallCounts = new Map();
  for (const counts of all)
    for (const count of counts.values()) {
      const sum = countOf(sums, { ...count, t: count.t * 1_000 });
      sum.n += count.n;
      sum.errors += count.errors;
      sum.violations += count.violations;
      for (const [bin, n] of count.durBins) addBin(sum.durBins, bin, n);
    }
  return [...sums.values()];
}

/** What an agent did wrong counts; what an open breaker or a person stops does not, or nothing would ever close. */
const isCounted = ({ code }: NewViolation): boolean => !/^(policy\.breaker|control\.|contact\.|sdk\.)/.test(code);

/** Counts a violation, in the future by its own time as now (`until`, microseconds since 1970). */
export function addViolation(
  counts: CallCounts,
  violation: NewViolation,
  { orgId, until }: { orgId: string; until: number },
): void {
  if (!isCounted(violation)) return;
  const { agent_id: agentId, version_id: versionId, tool, ts } = violation;
  const t = Math.min(Date.parse(ts) * 1_000, until);
  countOf(counts, { orgId, agentId, versionId, tool: tool ?? '', t }).violations++;
}
