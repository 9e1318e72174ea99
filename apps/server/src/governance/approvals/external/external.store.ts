import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { Audience } from '../questions/questions.store.ts';
import type { RequestedCall } from './judging/judge-request.rules.ts';

/** A request that something outside waits for the answer of. */
export interface ExternalRequest {
  /** Who asks, and its own id of the request: `<asker>:<id>`. */
  externalRef: string;
  boardId: string | null;
  agentId: string | null;
  runId: string | null;
  stepKey: string | null;
  tool: string | null;
  /** The call, where policies of ours have not judged it already. */
  call: RequestedCall | undefined;
  actionType: string;
  payload: Record<string, unknown>;
  expiresAt: Date;
  /** The rules of policies that ask, where it is they: `policy@version:rule`. */
  rules: string[];
}

/** Inserts a pending approval; undefined when the request was taken before. */
export async function insertExternal(
  { db, orgId, now }: TxContext,
  request: ExternalRequest,
  { argsHash, audience }: { argsHash: string; audience: Audience | undefined },
): Promise<string | undefined> {
  const row = await db
    .insertInto('approvals')
    .values({
      id: newId(now()),
      org_id: orgId,
      kind: audience ? 'policy' : 'gateway_exec',
      ...audience,
      rules: request.rules,
      board_id: request.boardId,
      agent_id: request.agentId,
      run_id: request.runId,
      tool: request.tool,
      external_ref: request.externalRef,
      requested_by_kind: request.agentId === null ? 'system' : 'agent',
      action_type: request.actionType,
      payload: JSON.stringify(request.payload),
      args_hash: argsHash,
      confidence: 0,
      expires_at: request.expiresAt,
      created_at: now(),
      updated_at: now(),
    })
    .onConflict((conflict) =>
      conflict.columns(['org_id', 'external_ref']).where('external_ref', 'is not', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** An approval as whoever asked for it from outside knows it. */
export interface ExternalApproval {
  id: string;
  external_ref: string;
  action_type: string;
  status: string;
  /** Set once the answer has arrived where it was asked for. */
  consumed_at: string | null;
}

const externals = ({ db, orgId }: Context) =>
  db
    .selectFrom('approvals')
    .select(['id', 'external_ref', 'action_type', 'status', 'consumed_at'])
    .where('org_id', '=', orgId)
    .where('external_ref', 'is not', null)
    .$narrowType<{ external_ref: string }>();

/** By our id. */
export const findExternalApproval = (ctx: Context, id: string): Promise<ExternalApproval | undefined> =>
  externals(ctx).where('id', '=', id).executeTakeFirst();

export const lockExternal = (tx: TxContext, externalRef: string): Promise<ExternalApproval | undefined> =>
  externals(tx).where('external_ref', '=', externalRef).forUpdate().executeTakeFirst();

/** Those of one asker whose answer has not arrived there; the oldest first. */
export const listUnsettledExternals = (ctx: Context, asker: string): Promise<ExternalApproval[]> =>
  externals(ctx)
    .where('external_ref', 'like', `${asker}:%`)
    .where('consumed_at', 'is', null)
    .where('created_at', '>', new Date(ctx.now().getTime() - UNSETTLED_DAYS * 86_400_000).toISOString())
    .orderBy('created_at')
    .limit(1_000)
    .execute();

const UNSETTLED_DAYS = 2;

/** Makes what was decided outside the outcome, for good; how it is told stays without a `resolution`. */
export async function saveSettled(
  { db, orgId, now }: TxContext,
  id: string,
  { status, resolution, by }: { status: string; resolution: string | null; by: string | null },
): Promise<void> {
  const user = JSON.stringify({ kind: 'system', id: by ?? 'gateway' });
  await sql`
    update approvals set status = ${status}, resolution = coalesce(${resolution}, resolution), resolved_at = coalesce(resolved_at, ${now()}),
      consumed_at = ${now()}, consumed_by = ${user}::jsonb, updated_at = ${now()}, version = version + 1
    where org_id = ${orgId} and id = ${id}`.execute(db);
}
