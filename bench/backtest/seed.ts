import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { newId } from '../../apps/server/src/platform/ids.ts';
import { AGENTS, CALLS_PER_RUN, type Call, type Run } from './recording.ts';

const COLUMNS = {
  runs: 'org_id, day, id, agent_id, root_run_id, status, started_at, ended_at, last_event_at, steps, llm_calls, tool_calls',
  steps:
    'org_id, day, run_id, seq, phase, key, attempt, kind, name, agent_id, status, started_at, dur_us, model, provider, tokens_input, tokens_output, in_payload, decision_id',
  decisions: 'org_id, day, id, run_id, seq, key, agent_id, tool, verdict, rule_ref, mode, enforcement, matched, ts',
};
type Table = keyof typeof COLUMNS;

export interface Seeder {
  add(tree: readonly Run[]): Promise<void>;
  finish(): Promise<void>;
}

/** Opens COPY into what telemetry has stored, on a connection for each table. */
export async function createSeeder(databaseUrl: string): Promise<Seeder> {
  const [orgId, agents] = await makeAgents(databaseUrl);
  const copies = {
    runs: await openCopy(databaseUrl, 'runs'),
    steps: await openCopy(databaseUrl, 'steps'),
    decisions: await openCopy(databaseUrl, 'decisions'),
  };
  return {
    async add(tree) {
      for (const run of tree) {
        const place = { orgId, agentId: agents[run.agent] ?? '', day: toInstant(run.startedMs).slice(0, 10) };
        await copies.runs.write([toRun(run, place)]);
        await copies.steps.write(run.calls.map((call) => toStep(run, call, place)));
        await copies.decisions.write(
          run.calls.flatMap((call) => (call.stoppedBy ? [toDecision(run, call, call.stoppedBy, place)] : [])),
        );
      }
    },
    async finish() {
      for (const copy of Object.values(copies)) await copy.end();
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      await client.query('analyze runs, steps, decisions');
      await client.end();
    },
  };
}

async function makeAgents(databaseUrl: string): Promise<[string, string[]]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string }>('select id from organizations limit 1');
  const orgId = rows[0]?.id ?? '';
  const ids = Array.from({ length: AGENTS }, () => newId());
  await client.query(
    `insert into agents (id, org_id, slug, name, origin, agent_type)
      select id, $2, 'bench-' || n, 'Bench ' || n, 'sdk', 'bench' from unnest($1::uuid[]) with ordinality as t (id, n)`,
    [ids, orgId],
  );
  await client.end();
  return [orgId, ids];
}

type Value = string | number | null;

async function openCopy(databaseUrl: string, table: Table) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const stream = client.query(copyFrom(`copy ${table} (${COLUMNS[table]}) from stdin`));
  return {
    async write(rows: Value[][]) {
      const text = rows.map((row) => `${row.map((value) => value ?? '\\N').join('\t')}\n`).join('');
      if (text !== '' && !stream.write(text)) await once(stream, 'drain');
    },
    async end() {
      stream.end();
      await finished(stream);
      await client.end();
    },
  };
}

interface Place {
  orgId: string;
  agentId: string;
  day: string;
}

const toInstant = (ms: number): string => new Date(ms).toISOString();

function toRun(run: Run, { orgId, agentId, day }: Place): Value[] {
  const [started, ended] = [toInstant(run.startedMs), toInstant(run.startedMs + 60_000)];
  const models = run.calls.filter(({ kind }) => kind === 'llm').length;
  return [
    ...[orgId, day, run.id, agentId, run.rootId, run.status, started, ended, ended],
    ...[CALLS_PER_RUN, models, CALLS_PER_RUN - models],
  ];
}

const keyOf = ({ name, seq }: Call): string => `${name}#${seq}`;

function toStep(run: Run, call: Call, { orgId, agentId, day }: Place): Value[] {
  const isModel = call.kind === 'llm';
  const status = call.stoppedBy ? 'blocked' : call.hasFailed ? 'error' : 'ok';
  const amount = call.isHidden ? '"[redacted:amount]"' : call.amount;
  const args = `{"v":{"amount":${amount},"currency":"${call.currency}","note":"for the order of last week"}${call.isHidden ? ',"fid":"redacted"' : ''}}`;
  return [
    ...[orgId, day, run.id, call.seq, 1, keyOf(call), 1, call.kind, call.name, agentId, status],
    ...[toInstant(call.startedMs), 5_000, isModel ? 'gpt' : null, isModel ? 'openai' : null],
    ...[isModel ? call.tokens : null, isModel ? 0 : null, isModel ? null : args],
    call.stoppedBy ? call.decisionId : null,
  ];
}

function toDecision(run: Run, call: Call, rule: string, { orgId, agentId, day }: Place): Value[] {
  const matched = `[{"rule":"${rule}","mode":"enforce","verdict":"block"}]`;
  return [
    ...[orgId, day, call.decisionId, run.id, 1_000 + call.seq, keyOf(call), agentId, call.name, 'block', rule],
    ...['enforce', 'blocked', matched, toInstant(call.startedMs)],
  ];
}
