import {
  type CallCount,
  type CountedAgent,
  feedBreakers,
  listWatchedOrganizations,
  type NewViolation,
} from '#server/governance/index.ts';
import { addBin, toBin } from '#server/platform/histograms/histogram.rules.ts';
import type { Tx } from '#server/platform/postgres/database.ts';
import { type CapValue, toMinute } from './rollups.rules.ts';

const BUCKET_US = 10_000_000;

/** A call that ended, or a violation: breakers count it where there are any. */
export interface Occurrence {
  agentId: string;
  versionId: string | null;
  /** Empty for calls of models. */
  tool: string;
  /** Microseconds since 1970. */
  t: number;
  /** Of a call, in microseconds; null for a violation. */
  durUs: number | null;
  isError: boolean;
  /** Bounds how many tools of an agent are told apart; null where nothing needs it. */
  capValue: CapValue | null;
}

/** What happened in an organization. */
export interface Occurrences {
  orgId: string;
  all: readonly Occurrence[];
}

/**
 * Counts what happened for breakers, in the transaction that stores it. Most organizations have no breaker: theirs is noted
 * while a batch is read, which costs next to nothing, and put together only here. Gives the agents that were counted.
 */
export async function feedOccurrences(db: Tx, given: readonly Occurrences[]): Promise<CountedAgent[]> {
  const orgIds = new Set(given.filter(({ all }) => all.length > 0).map(({ orgId }) => orgId));
  if (orgIds.size === 0) return [];
  const watched = await listWatchedOrganizations(db, [...orgIds]);
  const counted = given.filter(({ orgId }) => watched.has(orgId));
  return counted.length === 0 ? [] : feedBreakers(db, sum(counted));
}

type Count = CallCount & { durBins: Map<number, number> };

function sum(given: readonly Occurrences[]): CallCount[] {
  const counts = new Map<string, Count>();
  for (const { orgId, all } of given)
    for (const occurrence of all) {
      const count = countOf(counts, orgId, occurrence);
      if (occurrence.durUs === null) count.violations++;
      else {
        count.n++;
        if (occurrence.isError) count.errors++;
        addBin(count.durBins, toBin(occurrence.durUs), 1);
      }
    }
  return [...counts.values()];
}

/** The count of an agent, version, tool and ten seconds, made when it is the first of its kind. */
function countOf(counts: Map<string, Count>, orgId: string, occurrence: Occurrence): Count {
  const { agentId, versionId, t, capValue } = occurrence;
  const place = { orgId, agentId, versionId };
  const tool = capValue ? capValue({ ...place, t: toMinute(t) }, 'tool', occurrence.tool) : occurrence.tool;
  const bucket = t - (t % BUCKET_US);
  const key = `${agentId} ${versionId} ${bucket} ${tool}`;
  const known = counts.get(key);
  if (known) return known;
  const made = {
    ...place,
    tool,
    t: bucket / 1_000,
    n: 0,
    errors: 0,
    violations: 0,
    durBins: new Map<number, number>(),
  };
  counts.set(key, made);
  return made;
}

/** What an agent did wrong counts; what an open breaker or a person stops does not, or nothing would ever close. */
const isCounted = ({ code }: NewViolation): boolean => !/^(policy\.breaker|control\.|contact\.|sdk\.)/.test(code);

/** A violation as breakers count it, in the future by its own time as now (microseconds since 1970); undefined when they do not. */
export function toOccurrence(violation: NewViolation, now: number): Occurrence | undefined {
  if (!isCounted(violation)) return undefined;
  const { agent_id: agentId, version_id: versionId, tool, ts } = violation;
  const t = Math.min(Date.parse(ts) * 1_000, now);
  return { agentId, versionId, tool: tool ?? '', t, durUs: null, isError: false, capValue: null };
}
