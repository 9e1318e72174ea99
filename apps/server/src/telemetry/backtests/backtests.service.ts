import type { Ir } from '@mission-control/policy/evaluate';
import { compilePolicy } from '@mission-control/policy/language';
import {
  findAgentsInScope,
  findPolicyVersion,
  invalidPolicy,
  type PolicyScope,
  toScope,
} from '#server/governance/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { backtestCreated, backtestEnded } from './backtests.events.ts';
import type { Backtest, BacktestCreate } from './backtests.schema.ts';
import { countOpen, endBacktest, findBacktest, findSource, insertBacktest, saveJob } from './backtests.store.ts';
import type { BacktestTask } from './worker/task.ts';

/** The kind of work that runs one. */
export const RUN_BACKTEST = 'backtest.run';
/** One at a time runs in the deployment: each takes a whole core. */
const QUEUE = 'backtests';
const MAX_OPEN = 10;
const DRAFT = 0;

/** Throws `backtest.not_found`. */
export async function getBacktest(ctx: Context, id: string): Promise<Backtest> {
  const backtest = await findBacktest(ctx, id);
  if (!backtest) throw notFound('backtest', id);
  return backtest;
}

/**
 * Puts a policy on trial on what was recorded; the job does it. Throws `policy_version.not_found`, `policy.invalid`, and
 * `backtest.too_many` when the organization has ten under way.
 */
export function createBacktest(ctx: Context, request: BacktestCreate): Promise<Backtest> {
  const { from, to, agents, policy_id = null, version = null } = request;
  return inTransaction(ctx, async (tx) => {
    const source = await getSource(tx, request);
    const { ir } = compile(tx, { source, policy_id, policy_version: version });
    if ((await countOpen(tx)) >= MAX_OPEN)
      throw new Problem('backtest.too_many', 429, `${MAX_OPEN} back-tests are under way; wait for one, or cancel it.`, {
        retryAfterS: 10,
      });
    const { name } = ir.policy;
    const id = await insertBacktest(tx, {
      ...{ from, to, source, policyId: policy_id, policyVersion: version, policyName: name },
      ...(agents ? { agents } : {}),
    });
    const subject = { kind: 'backtest', id };
    const job = { kind: RUN_BACKTEST, payload: { id }, subject, queue: QUEUE, maxAttempts: 2 };
    await saveJob(tx, id, await enqueueWork(tx, job));
    const fact = { backtest_id: id, policy: name, version, from, to };
    await publish(tx, backtestCreated, { subjectId: id, data: fact });
    return getBacktest(tx, id);
  });
}

/** Ends one that is not ended; its thread stops at the next part. Throws `backtest.not_found`, `backtest.ended`. */
export async function cancelBacktest(ctx: Context, id: string): Promise<Backtest> {
  const { state } = await getBacktest(ctx, id);
  return inTransaction(ctx, async (tx) => {
    const canceled = await settleBacktest(tx, id, { state: 'canceled' });
    if (!canceled) throw new Problem('backtest.ended', 409, `This back-test has ended already: ${state}.`);
    return canceled;
  });
}

/** Ends one with what became of it, and says so; undefined when it is ended already. */
export async function settleBacktest(
  tx: TxContext,
  id: string,
  ending: Parameters<typeof endBacktest>[2],
): Promise<Backtest | undefined> {
  const ended = await endBacktest(tx, id, ending);
  if (!ended) return undefined;
  const { policy_name: policy, policy_version: version } = ended;
  const data = { backtest_id: id, policy, version, state: ending.state };
  await publish(tx, backtestEnded, { subjectId: id, data });
  return ended;
}

async function getSource(ctx: Context, { source, policy_id, version }: BacktestCreate): Promise<string> {
  if (source !== undefined) return source;
  const found = policy_id !== undefined && version !== undefined && (await findPolicyVersion(ctx, policy_id, version));
  if (!found) throw notFound('policy_version', String(version));
  return found.source;
}

type Trial = Pick<Backtest, 'policy_id' | 'policy_version'> & { source: string };

/** Compiles what is tried, with its rules for recorded calls; what it names may be gone. Throws `policy.invalid`. */
function compile({ now }: Context, { source, policy_id, policy_version }: Trial): { ir: Ir; scope: PolicyScope } {
  const of = { id: policy_id ?? 'draft', version: policy_version ?? DRAFT, keepDryRun: true };
  const compiled = compilePolicy(source, { ...of, now: now() });
  if (!compiled.ir || !compiled.source) throw invalidPolicy(compiled);
  return { ir: compiled.ir, scope: toScope(compiled.source) };
}

/** What a thread needs to know to run it. */
export async function toTask(ctx: Context, backtest: Backtest, maxRows: number | null): Promise<BacktestTask> {
  const source = (await findSource(ctx, backtest.id)) ?? '';
  const { ir, scope } = compile(ctx, { ...backtest, source });
  const covered = await findAgentsInScope(ctx, [scope]);
  const wanted = backtest.agents && new Set(backtest.agents);
  return {
    ...{ databaseUrl: ctx.databaseUrl, orgId: ctx.orgId, ir, maxRows },
    agentIds: wanted ? covered.filter((id) => wanted.has(id)) : covered,
    ...{ fromMs: Date.parse(backtest.from), toMs: Date.parse(backtest.to) },
  };
}
