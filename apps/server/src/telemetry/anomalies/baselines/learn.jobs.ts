import type { Platform } from '#server/platform/context.ts';
import type { Tx } from '#server/platform/postgres/database.ts';
import { transact } from '#server/platform/postgres/statements/transact.ts';
import { addSums, countRun, createTally, noSums, type Sums, type Tally, toSums } from '../detectors/sums.rules.ts';
import { toCells } from '../detectors/usual.rules.ts';
import {
  type LearnedRow,
  listLearned,
  listTroubled,
  lockProgress,
  saveLearned,
  saveProgress,
} from './baselines.store.ts';
import { type EndedRow, listEndedRuns, listMinutes, type MinuteRow } from './runs.store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** What is wrong is told within it, and is not learned then. */
const LAG_MS = 2 * MINUTE_MS;
/** Older runs are not learned from when the server was away for long, or starts for the first time. */
const MAX_BACK_MS = DAY_MS;
/** What a day ago weighs, as against now. */
const DAILY = 0.98;
/** A new version may do the same work otherwise: what was learned of the one before weighs less. */
const NEW_VERSION = 0.2;

/** Adds the runs that ended meanwhile to what is usual, an hour at most in one transaction. */
export async function learnBaselines(platform: Platform): Promise<void> {
  while (await transact(platform.db, (db) => learnNext({ ...platform, db }, db)));
}

/** Learns from the next span; false when there is none. */
async function learnNext(platform: Platform, db: Tx): Promise<boolean> {
  const now = platform.now().getTime();
  const until = await lockProgress(db);
  const from = Math.max(until?.getTime() ?? 0, now - MAX_BACK_MS);
  const start = from - (from % MINUTE_MS);
  const to = Math.min(toNextHour(start), now - LAG_MS - ((now - LAG_MS) % MINUTE_MS));
  if (to <= start) return false;
  const span = [new Date(start), new Date(to)] as const;
  const troubled = await listTroubled(platform);
  const [runs, minutes] = [await listEndedRuns(platform, ...span), await listMinutes(platform, ...span)];
  const sums = sumUp(
    runs.filter(({ agent_id }) => !troubled.has(agent_id)),
    minutes.filter(({ agent_id }) => !troubled.has(agent_id)),
    (to - start) / MINUTE_MS,
  );
  await addToCells(db, sums, new Date(start));
  await saveProgress(db, new Date(to));
  return true;
}

const toNextHour = (ms: number): number => ms - (ms % HOUR_MS) + HOUR_MS;

interface AgentSums {
  orgId: string;
  agentId: string;
  sums: Sums;
}

function sumUp(runs: readonly EndedRow[], minutes: readonly MinuteRow[], length: number): AgentSums[] {
  const tallies = new Map<string, Tally & { orgId: string }>();
  const tallyOf = ({ agent_id, org_id }: { agent_id: string; org_id: string }) => {
    const tally = tallies.get(agent_id) ?? { ...createTally(), orgId: org_id };
    tallies.set(agent_id, tally);
    return tally;
  };
  for (const run of runs) countRun(tallyOf(run), run);
  for (const minute of minutes) countMinute(tallyOf(minute).sums, minute);
  return [...tallies].map(([agentId, tally]) => ({
    ...{ agentId, orgId: tally.orgId },
    sums: { ...toSums(tally), minutes: length },
  }));
}

function countMinute(sums: Sums, { dim, name, n, errors, retries }: MinuteRow): void {
  if (dim === 'start') {
    sums.starts += n;
    return;
  }
  const known = sums.tools[name] ?? { n: 0, errors: 0, retries: 0 };
  sums.tools[name] = { n: known.n + n, errors: known.errors + errors, retries: known.retries + retries };
}

async function addToCells(db: Tx, agents: readonly AgentSums[], at: Date): Promise<void> {
  const cells = toCells(at.getTime());
  const { rows, versions } = await listLearned(
    db,
    agents.flatMap(({ agentId }) => cells.map((cell) => ({ agent_id: agentId, cell }))),
  );
  const known = new Map(rows.map((row) => [`${row.agent_id} ${row.cell}`, row]));
  const day = at.toISOString().slice(0, 10);
  const learned = agents.flatMap(({ orgId, agentId, sums }) =>
    cells.map((cell): LearnedRow => {
      const version_id = versions.get(agentId) ?? null;
      const before = known.get(`${agentId} ${cell}`);
      return {
        ...{ org_id: orgId, agent_id: agentId, cell, day, version_id },
        sums: addTo(before, sums, { day, version_id }),
      };
    }),
  );
  await saveLearned(db, learned, at);
}

function addTo(
  before: LearnedRow | undefined,
  sums: Sums,
  { day, version_id }: Pick<LearnedRow, 'day' | 'version_id'>,
): Sums {
  if (!before) return addSums(noSums(), sums);
  const days = Math.max(0, (Date.parse(day) - Date.parse(before.day)) / DAY_MS);
  const isNew = before.version_id !== version_id;
  const old = isNew ? { ...before.sums, steps: noSums().steps } : before.sums;
  return addSums(old, sums, DAILY ** days * (isNew ? NEW_VERSION : 1));
}
