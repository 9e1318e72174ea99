import type pg from 'pg';
import type { RecordedRun } from '../simulation/recorded.rules.ts';

/** A run with what is needed to find its calls. */
export interface StoredRun extends RecordedRun {
  /** UTC day of its partition. */
  day: string;
  /** Closed steps, and those of them that are calls. */
  steps: number;
  calls: number;
}

export interface Recording {
  orgId: string;
  fromMs: number;
  toMs: number;
}

/** The smallest UUIDv7 of an instant. */
const toUuid = (ms: number): string => {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};

/** Runs of trees whose root began in the range; replays are no evidence of what agents do. */
const OF_RECORDING =
  'r.org_id = $1 and r.root_run_id >= $2 and r.root_run_id < $3 and r.day >= $4::date and r.replay_id is null';

const valuesOf = ({ orgId, fromMs, toMs }: Recording): unknown[] => [
  ...[orgId, toUuid(fromMs), toUuid(toMs), new Date(fromMs).toISOString().slice(0, 10)],
];

/** How many runs and calls there are. */
export async function countRecorded(client: pg.Client, recording: Recording): Promise<{ runs: number; calls: number }> {
  const { rows } = await client.query<{ runs: number; calls: number }>(
    `select count(*)::int as runs, coalesce(sum(r.tool_calls + r.llm_calls), 0)::int as calls from runs r where ${OF_RECORDING}`,
    valuesOf(recording),
  );
  return rows[0] ?? { runs: 0, calls: 0 };
}

const RUNS = `
  select r.id, r.root_run_id as "rootId", r.task_id as "taskId", r.agent_id as "agentId", a.agent_type as "agentType",
    coalesce(r.board_id, a.board_id) as "boardId", r.version_id as "versionId", r.status, r.confidence, r.day, r.steps,
    r.tool_calls + r.llm_calls as calls, (extract(epoch from r.started_at) * 1000)::float8 as "startedMs",
    (extract(epoch from coalesce(r.ended_at, r.last_event_at)) * 1000)::float8 as "endedMs"
  from runs r left join agents a on a.org_id = r.org_id and a.id = r.agent_id`;

const PAGE = 1_000;

/** A page of whole trees in the order in which their roots began, after the root `after`; empty at the end. */
export async function listTrees(
  client: pg.Client,
  recording: Recording,
  after: string | undefined,
): Promise<StoredRun[][]> {
  const { rows } = await client.query<StoredRun>(
    `${RUNS} where ${OF_RECORDING} and ($5::uuid is null or r.root_run_id > $5)
      order by r.root_run_id, r.started_at, r.id limit ${PAGE}`,
    [...valuesOf(recording), after ?? null],
  );
  const trees = groupTrees(rows);
  if (rows.length < PAGE) return trees;
  // The last tree may be cut; one that fills a page is read by itself.
  const [first] = trees;
  return trees.length > 1
    ? trees.slice(0, -1)
    : first
      ? [await listTree(client, recording, first[0]?.rootId ?? '')]
      : [];
}

async function listTree(client: pg.Client, recording: Recording, rootId: string): Promise<StoredRun[]> {
  const { rows } = await client.query<StoredRun>(
    `${RUNS} where ${OF_RECORDING} and r.root_run_id = $5 order by r.started_at, r.id`,
    [...valuesOf(recording), rootId],
  );
  return rows;
}

function groupTrees(runs: readonly StoredRun[]): StoredRun[][] {
  const trees: StoredRun[][] = [];
  for (const run of runs) {
    const last = trees.at(-1);
    if (last?.[0]?.rootId === run.rootId) last.push(run);
    else trees.push([run]);
  }
  return trees;
}
