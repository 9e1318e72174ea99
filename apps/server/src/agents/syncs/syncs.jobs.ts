import { z } from 'zod';
import { getConnection } from '#server/gateways/index.ts';
import { type Context, inTransaction } from '#server/platform/context.ts';
import { awaitWork } from '#server/platform/jobs/work/await-work.ts';
import type { RunNow, WorkJob, WorkKind } from '#server/platform/jobs/work/work.ts';
import { planFiles } from '../files/write-files.ts';
import { toCause, toPass } from '../reconcile/pass.ts';
import { requestReconcile } from '../reconcile/reconcile.service.ts';
import { type AgentRow, findAgentRow, lockAgent } from '../registry/agent-rows.store.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { type GatewayTemplatesSyncError, GatewayTemplatesSyncResult, type SyncedAgent } from './syncs.schema.ts';
import { saveProgress } from './syncs.store.ts';

const Result = GatewayTemplatesSyncResult.omit({ job_id: true, state: true });
type Result = z.infer<typeof Result>;

const Payload = z.object({
  agent_ids: z.array(z.uuid()),
  options: z.object({
    reset_sessions: z.boolean(),
    rotate_tokens: z.boolean(),
    force_bootstrap: z.boolean(),
    overwrite: z.boolean(),
  }),
  /** Whose name stands in USER.md. */
  user_id: z.uuid().nullable(),
  result: Result,
});
type Payload = z.infer<typeof Payload>;

/** What became of one agent. */
interface Outcome {
  agent: SyncedAgent;
  isMain: boolean;
  written: number;
  unchanged: number;
  error: z.infer<typeof GatewayTemplatesSyncError> | null;
}

/** Brings the agents of a sync up to date, each by itself: one that fails does not stop the rest. */
export const syncWork: WorkKind = {
  async run(ctx, job, runNow): Promise<Result> {
    const { agent_ids, result, ...wanted } = Payload.parse(job.payload);
    const sync = { ...wanted, isDryRun: result.dry_run };
    const begun = [];
    for (const id of agent_ids) begun.push(await begin(ctx, id, sync));
    const outcomes: Outcome[] = [];
    for (const finish of begun) {
      const outcome = await finish(runNow);
      if (outcome) outcomes.push(outcome);
      await noteProgress(ctx, job, outcomes.length, agent_ids.length);
    }
    return toResult(result, outcomes);
  },
};

const noteProgress = (ctx: Context, { id }: WorkJob, done: number, total: number): Promise<void> =>
  inTransaction(ctx, (tx) => saveProgress(tx, id, { done, total }));

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);

function toResult(result: Result, outcomes: Outcome[]): Result {
  const updated = outcomes.filter(({ agent }) => agent.state === 'updated' || agent.state === 'running');
  return {
    ...result,
    agents: outcomes.map(({ agent }) => agent),
    agents_updated: updated.filter(({ isMain }) => !isMain).length,
    main_updated: updated.some(({ isMain }) => isMain),
    files_written: sum(outcomes.map(({ written }) => written)),
    files_unchanged: sum(outcomes.map(({ unchanged }) => unchanged)),
    errors: [...result.errors, ...outcomes.flatMap(({ error }) => error ?? [])],
  };
}

type Wanted = Pick<Payload, 'options' | 'user_id'> & { isDryRun: boolean };
type Finish = (runNow: RunNow) => Promise<Outcome | undefined>;

/** All begin at once and are waited for in turn; nothing comes of an agent that went meanwhile. */
async function begin(ctx: Context, id: string, { options, user_id, isDryRun }: Wanted): Promise<Finish> {
  const { reset_sessions, rotate_tokens, ...others } = options;
  const wanted = { ...others, reset_session: reset_sessions, rotate_token: rotate_tokens, user_id };
  if (isDryRun) return () => plan(ctx, id, wanted);
  const started = await inTransaction(ctx, async (tx) => {
    const row = await lockAgent(tx, id);
    if (!row?.gateway_id) return undefined;
    const job = await requestReconcile(tx, row, row.last_seen_at === null ? 'provision' : 'update', wanted);
    await publishUpdated(tx, id, ['lifecycle_state']);
    return { row, job };
  });
  return async (runNow) => {
    if (!started) return undefined;
    await runNow(started.job);
    return follow(ctx, started.row, started.job);
  };
}

/** A pass takes a minute at most; what is tried again after it is no part of the sync. */
const FOLLOWED_MS = 65_000;

const Reconciled = z.object({ files_written: z.int(), files_unchanged: z.int(), token_replaced: z.boolean() });

const MISMATCH = {
  code: 'agent.token_mismatch',
  message: 'The credential on the gateway was not the agent’s; a new one was put there.',
};

async function follow(ctx: Context, row: AgentRow, job: string): Promise<Outcome> {
  const ended = await awaitWork(ctx, job, FOLLOWED_MS, { untilError: true });
  const counts = Reconciled.safeParse(ended?.result).data;
  const cause = ended && ended.state !== 'succeeded' ? ended.error : null;
  return {
    agent: toAgent(row, ended === undefined ? 'running' : cause ? 'failed' : 'updated'),
    isMain: row.kind === 'main',
    ...{ written: counts?.files_written ?? 0, unchanged: counts?.files_unchanged ?? 0 },
    error: cause ? toError(row, cause) : counts?.token_replaced ? toError(row, MISMATCH) : null,
  };
}

async function plan(ctx: Context, id: string, options: object): Promise<Outcome | undefined> {
  const row = await findAgentRow(ctx, id);
  const pass = row && (await toPass(ctx, row, options, { isFirst: row.last_seen_at === null }));
  if (!pass) return undefined;
  try {
    const files = await planFiles(pass, await getConnection(ctx, pass.agent.gateway_id));
    const agent = toAgent(row, 'planned');
    agent.files = files.map(({ name, before, after }) => ({ name, action: toAction(before, after) }));
    const written = files.filter(({ after }) => after !== null).length;
    return { agent, isMain: false, written, unchanged: files.length - written, error: null };
  } catch (error) {
    const nothing = { isMain: false, written: 0, unchanged: 0 };
    return { agent: toAgent(row, 'failed'), ...nothing, error: toError(row, toCause(error)) };
  }
}

function toAction(before: string | null, after: string | null): 'keep' | 'create' | 'change' {
  if (after === null) return 'keep';
  return before === null ? 'create' : 'change';
}

const toAgent = ({ id, name }: AgentRow, state: SyncedAgent['state']): SyncedAgent => ({
  ...{ agent_id: id, agent_name: name, state },
  files: [],
});

const toError = ({ id, name, board_id }: AgentRow, { code, message }: { code: string; message: string }) => ({
  ...{ agent_id: id, agent_name: name, board_id },
  ...{ code, message },
});
