import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findAgent } from '../agents/agent.ts';
import { toTable } from '../agents/table.ts';
import type { Command, Output } from '../command.ts';
import { callJson } from '../server.ts';
import { readLocal } from './saved-policy.ts';

const DAY_MS = 86_400_000;
const EVERY_MS = 300;

const OPTIONS = {
  days: { type: 'string', default: '7' },
  from: { type: 'string' },
  to: { type: 'string' },
  agent: { type: 'string', multiple: true, default: [] as string[] },
  rows: { type: 'string', default: '10' },
  json: { type: 'boolean', default: false },
} as const;

interface Tally {
  block: number;
  approve: number;
  warn: number;
  undecidable: number;
}

interface Backtest {
  id: string;
  state: string;
  progress: { done: number; total: number | null };
  error: { message: string } | null;
  report: {
    runs: number;
    calls: number;
    would_block: number;
    would_approve: number;
    would_warn: number;
    undecidable: number;
    flips: number;
    runs_hit: number;
    runs_hit_succeeded: number;
    per_rule: (Tally & { rule: string; line: number; runs: number; runs_succeeded: number })[];
  } | null;
}

interface Row {
  run_id: string;
  name: string;
  at: string;
  verdict: string;
  rule: string | null;
  was: string;
  run_status: string;
}

/** `mc policy backtest`: what a file would have done with recorded calls. */
export const policyBacktest: Command = {
  name: 'policy backtest',
  usage:
    'mc policy backtest <policy.yaml> [--days 7 | --from <instant> --to <instant>] [--agent <slug | id> …] [--rows 10] [--json]',
  summary:
    'Try a policy on recorded calls as if it had been enforced. Exits 1 when it would have stopped runs that had succeeded.',
  async run(args, output) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [path, ...rest] = positionals;
    const range = toRange(values);
    if (path === undefined || rest.length > 0 || !range) return undefined;
    const { text } = readLocal(path);
    const agents = await Promise.all(values.agent.map(async (name) => (await findAgent(name)).id));
    const body = { source: text, ...range, ...(agents.length > 0 ? { agents } : {}) };
    const begun = await callJson<Backtest>('/policies/backtest', { method: 'POST', body });
    const ended = await follow(begun, output);
    if (!ended.report) throw new Error(`the back-test ${ended.state}${ended.error ? `: ${ended.error.message}` : ''}`);
    if (values.json) output.write(JSON.stringify(ended));
    else await describe(ended, ended.report, { write: output.write, rows: Number(values.rows) });
    return ended.report.runs_hit_succeeded === 0 ? 0 : 1;
  },
};

function toRange({ days, from, to }: { days: string; from?: string | undefined; to?: string | undefined }) {
  if ((from === undefined) !== (to === undefined)) return undefined;
  if (from !== undefined && to !== undefined) return { from, to };
  const now = Date.now();
  return Number(days) > 0
    ? { from: new Date(now - Number(days) * DAY_MS).toISOString(), to: new Date(now).toISOString() }
    : undefined;
}

/** Says on the way how far it is; the back-test when it has ended. */
async function follow(begun: Backtest, { warn }: Output): Promise<Backtest> {
  let seen = begun;
  let said = '';
  while (seen.state === 'queued' || seen.state === 'running') {
    const { done, total } = seen.progress;
    const line = total ? `${Math.round((done / total) * 100)} % of ${total} calls` : seen.state;
    if (line !== said) warn(line);
    said = line;
    await sleep(EVERY_MS);
    seen = await callJson<Backtest>(`/policies/backtests/${begun.id}`);
  }
  return seen;
}

async function describe(
  { id }: Backtest,
  report: NonNullable<Backtest['report']>,
  { write, rows: limit }: { write: Output['write']; rows: number },
): Promise<void> {
  const { calls, runs, would_block, would_approve, would_warn, undecidable, flips } = report;
  write(
    `${calls} calls of ${runs} runs: ${would_block} would be blocked, ${would_approve} asked about, ${would_warn} warned of`,
  );
  write(`${undecidable} cannot be decided; ${flips} would be decided otherwise than they were`);
  write(`${report.runs_hit} runs would be stopped or wait, ${report.runs_hit_succeeded} of them had succeeded`);
  const rules = report.per_rule.map(({ rule, line, ...tally }) =>
    [rule, line, tally.block, tally.approve, tally.warn, tally.undecidable, tally.runs_succeeded].map(String),
  );
  const head = ['RULE', 'LINE', 'BLOCK', 'ASK', 'WARN', 'UNDECIDED', 'SUCCEEDED RUNS'];
  for (const line of toTable([head, ...rules])) write(line);
  if (limit < 1) return;
  const { items } = await callJson<{ items: Row[] }>(`/policies/backtests/${id}/rows?limit=${Math.min(200, limit)}`);
  for (const { at, name, verdict, was, rule, run_id, run_status } of items)
    write(`  ${at} ${name} ${verdict} (was ${was}) by ${rule ?? '–'} in run ${run_id} (${run_status})`);
}
