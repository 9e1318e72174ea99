import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { ensureMain } from '../lifecycle/lifecycle.service.ts';
import { holdBoard, lockGateway } from '../lifecycle/lifecycle.store.ts';
import { selectAgents } from './syncs.rules.ts';
import type { GatewayTemplatesSyncResult, TemplatesSyncQuery } from './syncs.schema.ts';
import { findOpenJob, listSyncCandidates } from './syncs.store.ts';

/**
 * Brings the files of a gateway's agents up to date: a job that waits for the gateway. Throws `gateway.not_found`,
 * `gateway.sync_running`.
 */
export function startSync(
  ctx: Context,
  gatewayId: string,
  query: TemplatesSyncQuery,
): Promise<GatewayTemplatesSyncResult> {
  const queue = `templates.sync:${gatewayId}`;
  return inTransaction(ctx, async (tx) => {
    if (!(await lockGateway(tx, gatewayId))) throw notFound('gateway', gatewayId);
    const running = await findOpenJob(tx, queue);
    if (running !== undefined) throw syncRunning(running);
    if (query.include_main) await ensureMain(tx, gatewayId);
    const { ids, skipped } = selectAgents(await listSyncCandidates(tx, gatewayId), query);
    const errors = await findBoardErrors(tx, gatewayId, query.board_id);
    const { board_id: _, include_main, reset_sessions, ...options } = query;
    const job_id = await enqueueWork(tx, {
      kind: 'templates.sync',
      subject: { kind: 'gateway', id: gatewayId },
      queue,
      waitsFor: `gateway:${gatewayId}`,
      payload: { gateway_id: gatewayId, agent_ids: ids, options: { ...options, reset_sessions }, errors },
    });
    return {
      ...{ gateway_id: gatewayId, include_main, reset_sessions, job_id, state: 'running', errors },
      ...{ agents_updated: 0, agents_skipped: skipped, main_updated: false, files_unchanged: 0, files_written: 0 },
    };
  });
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
