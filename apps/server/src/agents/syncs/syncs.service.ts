import { gatewayWait } from '#server/gateways/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { awaitWork } from '#server/platform/jobs/work/await-work.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { ensureMain } from '../lifecycle/lifecycle.service.ts';
import { holdBoard, lockGateway } from '../lifecycle/lifecycle.store.ts';
import { selectAgents } from './syncs.rules.ts';
import { GatewayTemplatesSyncResult, type TemplatesSyncQuery } from './syncs.schema.ts';
import { findOpenJob, listSyncCandidates, SYNC_TEMPLATES } from './syncs.store.ts';

const WAIT_MS = 20_000;

/**
 * Brings the files of a gateway's agents up to date, or says what would be written: a job that waits for the gateway.
 * Answers with its result when it is done within 20 s, else with what is under way. Throws `gateway.not_found`,
 * `gateway.sync_running`.
 */
export async function syncTemplates(
  ctx: Context,
  gatewayId: string,
  query: TemplatesSyncQuery,
): Promise<GatewayTemplatesSyncResult> {
  const { begun, waits } = await inTransaction(ctx, (tx) => startSync(tx, gatewayId, query));
  const ended = waits ? undefined : await awaitWork(ctx, begun.job_id, WAIT_MS);
  if (ended === undefined) return begun;
  if (ended.state !== 'succeeded')
    return { ...begun, state: 'failed', errors: [...begun.errors, toError(ended.error)] };
  return GatewayTemplatesSyncResult.parse({ ...(ended.result as object), job_id: begun.job_id, state: 'succeeded' });
}

const toError = (error: { code: string; message: string } | null) => ({
  ...{ agent_id: null, agent_name: null, board_id: null },
  ...{ code: error?.code ?? 'internal', message: error?.message ?? 'The sync failed.' },
});

async function startSync(tx: TxContext, gatewayId: string, query: TemplatesSyncQuery) {
  const queue = `${SYNC_TEMPLATES}:${gatewayId}`;
  if (!(await lockGateway(tx, gatewayId))) throw notFound('gateway', gatewayId);
  const running = await findOpenJob(tx, queue);
  if (running !== undefined) throw syncRunning(running);
  if (query.include_main) await ensureMain(tx, gatewayId);
  const candidates = await listSyncCandidates(tx, gatewayId);
  const { ids, skipped } = selectAgents(candidates, query);
  const errors = await findBoardErrors(tx, gatewayId, query.board_id);
  const { board_id: _, include_main, dry_run, ...options } = query;
  const result: Omit<GatewayTemplatesSyncResult, 'job_id' | 'state'> = {
    ...{ gateway_id: gatewayId, include_main, reset_sessions: query.reset_sessions, errors, dry_run },
    ...{ agents_updated: 0, agents_skipped: skipped, main_updated: false, files_unchanged: 0, files_written: 0 },
    agents: candidates
      .filter(({ id }) => ids.includes(id))
      .map(({ id, name }) => ({ agent_id: id, agent_name: name, state: 'running', files: [] })),
  };
  const waitsFor = await gatewayWait(tx, gatewayId);
  const job_id = await enqueueWork(tx, {
    kind: SYNC_TEMPLATES,
    subject: { kind: 'gateway', id: gatewayId },
    queue,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    payload: { agent_ids: ids, options, user_id: tx.actor.kind === 'user' ? tx.actor.id : null, result },
  });
  return { begun: { ...result, job_id, state: 'running' as const }, waits: waitsFor !== undefined };
}

function syncRunning(job_id: string): Problem {
  const message = 'A sync of this gateway is waiting or running already.';
  return new Problem('gateway.sync_running', 409, message, { body: { message, job_id } });
}

/** A board of another gateway, or none at all, is an entry of the result and no failure. */
async function findBoardErrors(
  tx: TxContext,
  gatewayId: string,
  boardId: string | undefined,
): Promise<GatewayTemplatesSyncResult['errors']> {
  if (boardId === undefined || (await holdBoard(tx, boardId))?.gateway_id === gatewayId) return [];
  const message = 'This board does not use the gateway.';
  return [{ agent_id: null, agent_name: null, board_id: boardId, message, code: 'board.other_gateway' }];
}
