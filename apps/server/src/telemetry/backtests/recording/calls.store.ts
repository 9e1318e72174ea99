import type pg from 'pg';
import type { StoredDecision } from '../simulation/earlier.rules.ts';
import { fetchRows } from './rows.store.ts';
import type { StoredRun } from './trees.store.ts';

/** A closed step of a tool or model. `run` is its place in the list of runs that was asked for. */
export interface StoredCall {
  run: number;
  seq: number;
  key: string;
  kind: 'tool' | 'llm';
  name: string;
  provider: string | null;
  model: string | null;
  status: string;
  started_ms: number;
  dur_us: number | null;
  tokens: number;
  cost_usd: number | null;
  payload: unknown;
  reads: string[] | null;
  writes: string[] | null;
  decision_id: string | null;
}

const CALLS = `
  select (t.n - 1)::int as run, s.seq, s.key, s.kind, s.name, s.provider, s.model, s.status, s.dur_us,
    (extract(epoch from s.started_at) * 1000)::float8 as started_ms,
    coalesce(s.tokens_input, 0) + coalesce(s.tokens_output, 0) as tokens, s.cost_usd::float8 as cost_usd,
    case when $6 and s.kind = 'tool' then s.in_payload end as payload, s.data_read as reads, s.data_write as writes,
    s.decision_id
  from unnest($1::uuid[], $2::int[]) with ordinality as t (id, tree, n)
    join steps s on s.run_id = t.id and s.org_id = $3 and s.day between $4::date and $5::date
      and s.phase = 1 and s.kind in ('tool', 'llm')
  order by t.tree, s.started_at, s.seq`;

export interface RunSet {
  orgId: string;
  /** Trees of runs, one after the other. */
  trees: readonly (readonly StoredRun[])[];
}

/** The calls of trees, tree by tree, in the order in which they began. */
export function fetchCalls(
  client: pg.Client,
  { orgId, trees }: RunSet,
  needsArgs: boolean,
): AsyncGenerator<StoredCall[]> {
  const runs = trees.flat();
  const places = trees.flatMap((tree, i) => tree.map(() => i));
  const [first, last] = toDays(runs);
  return fetchRows<StoredCall>(client, CALLS, [runs.map(({ id }) => id), places, orgId, first, last, needsArgs]);
}

const toDays = (runs: readonly StoredRun[]): [string | undefined, string | undefined] => {
  const days = runs.map(({ day }) => day).sort();
  return [days[0], days.at(-1)];
};

/** What was decided in trees of runs, by the id of the decision. Plain permissions have none. */
export async function findDecisions(client: pg.Client, { orgId, trees }: RunSet): Promise<Map<string, StoredDecision>> {
  const runs = trees.flat();
  const { rows } = await client.query<StoredDecision & { id: string }>(
    `select id, verdict, enforcement, rule_ref, matched from decisions
      where run_id = any($1::uuid[]) and org_id = $2 and day between $3::date and $4::date`,
    [runs.map(({ id }) => id), orgId, ...toDays(runs)],
  );
  return new Map(rows.map(({ id, ...decision }) => [id, decision]));
}

/** A payload that is stored apart. */
export interface StoredBlob {
  enc: string;
  gzip: boolean;
  redacted: boolean;
  bytes: Buffer;
}

/** Payloads of a day by their hash. */
export async function findBlobs(
  client: pg.Client,
  { orgId, day, hashes }: { orgId: string; day: string; hashes: readonly string[] },
): Promise<Map<string, StoredBlob>> {
  const { rows } = await client.query<StoredBlob & { hash: Buffer }>(
    `select hash, enc, gzip, redacted, bytes from blobs
      where org_id = $1 and day = $2::date and hash = any($3::bytea[])`,
    [orgId, day, hashes.map((hash) => Buffer.from(hash, 'hex'))],
  );
  return new Map(rows.map(({ hash, ...blob }) => [hash.toString('hex'), blob]));
}
