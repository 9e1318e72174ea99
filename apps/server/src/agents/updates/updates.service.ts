import { createCleanups } from '#server/gateways/index.ts';
import { assertBoardAccess } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { dropWork } from '#server/platform/jobs/work/enqueue.ts';
import { assertVersion, Problem } from '#server/platform/problem.ts';
import { getDeployTarget } from '../deploy-targets/deploy-targets.service.ts';
import { toHeartbeatConfig } from '../heartbeats/heartbeats.rules.ts';
import { requestConfigure } from '../heartbeats/heartbeats.service.ts';
import { toStored } from '../lifecycle/drafts.ts';
import type { AgentUpdate } from '../lifecycle/lifecycle.schema.ts';
import { getBoardOfGateway, nameTaken, otherGateway } from '../lifecycle/lifecycle.service.ts';
import { findMain, holdBoard, isNameTaken, lockGateway } from '../lifecycle/lifecycle.store.ts';
import { toGatewayAgentId, toSessionKey } from '../lifecycle/places.rules.ts';
import { messageQueueOf } from '../messages/messages.service.ts';
import { toTarget } from '../placements/targets.rules.ts';
import { requestReconcile } from '../reconcile/reconcile.service.ts';
import { type AgentPatch, type AgentRow, findAgentRow, saveAgent } from '../registry/agent-rows.store.ts';
import type { AgentKind, AgentRead } from '../registry/agents.schema.ts';
import { getAgent, lockWritableAgent, publishUpdated } from '../registry/agents.service.ts';
import { isEmpty, toChanged } from '../registry/changes.ts';
import { assertMainUnused, toRemoved } from '../removal/removal.service.ts';

/** Fields that only this server and processes read; everything else must reach the gateway. */
const OURS = new Set([
  ...[
    'description',
    'labels',
    'auto_activate',
    'auto_rollback',
    'deploy_target_id',
    'fail_mode',
    'enforce_capabilities',
  ],
]);

/**
 * Changes what people may change. Without an effective change nothing happens, unless `force` provisions again. Throws
 * `agent.not_found`, `agent.status_read_only`, `agent.board_required`, `agent.main_exists`, `agent.main_in_use`,
 * `agent.name_taken`, `board.not_found`, `board.access_denied`, `board.gateway_missing`, `board.other_gateway` for an
 * adopted one, `deploy_target.not_found`, `resource.version_conflict`.
 */
export function updateAgent(
  ctx: Context,
  id: string,
  patch: AgentUpdate,
  { force = false, version }: { force?: boolean; version: number | undefined },
): Promise<AgentRead> {
  if (patch.status !== undefined)
    throw new Problem('agent.status_read_only', 403, 'The status of an agent is worked out, not set.');
  return inTransaction(ctx, async (tx) => {
    await lockGatewaysFirst(tx, id, patch.board_id ?? null);
    const row = await lockWritableAgent(tx, id);
    assertVersion(row.version, version);
    if (patch.deploy_target_id) await getDeployTarget(tx, patch.deploy_target_id);
    const changed = toChanged(row, { ...toFields(row, patch), ...(await toPlacement(tx, row, patch)) });
    if (isEmpty(changed) && !force) return getAgent(tx, id);
    await applyChanges(tx, row, changed, force);
    return isEmpty(changed) ? getAgent(tx, id) : publishUpdated(tx, id, Object.keys(changed));
  });
}

/** Gateways before agents, as everybody locks them: the one that the agent is on, and the one of its new board. */
async function lockGatewaysFirst(tx: TxContext, id: string, boardId: string | null): Promise<void> {
  const there = boardId === null ? undefined : await holdBoard(tx, boardId);
  const here = await findAgentRow(tx, id);
  const ids = [here?.gateway_id, there?.gateway_id].flatMap((one) => one ?? []);
  for (const gatewayId of ids.toSorted()) await lockGateway(tx, gatewayId);
}

function toFields(row: AgentRow, patch: AgentUpdate): AgentPatch {
  const { name, description, labels, auto_activate, fail_mode, enforce_capabilities, model } = patch;
  const { auto_rollback, deploy_target_id } = patch;
  if (row.kind === 'external' && model !== undefined && model !== row.model)
    throw new Problem('request.invalid', 422, 'The model of this agent is what its active version declares.');
  const { heartbeat_config, ...stored } = toStored(patch);
  const ours = { description, labels, auto_activate, auto_rollback, deploy_target_id, fail_mode, enforce_capabilities };
  const fields = { name, model, ...ours, ...stored };
  return heartbeat_config === undefined
    ? fields
    : { ...fields, heartbeat_config: toHeartbeatConfig(heartbeat_config ?? {}) };
}

/** Where the agent stands after the change, with its names there. The gateway's row is held until the end. */
async function toPlacement(tx: TxContext, row: AgentRow, patch: AgentUpdate): Promise<AgentPatch> {
  const from = row.kind as AgentKind; // checked by the database
  const { kind, boardId } = toTarget({ kind: from, board_id: row.board_id }, patch);
  const moves = boardId !== null && boardId !== row.board_id;
  if (moves) await assertBoardAccess(tx, boardId, 'write');
  if (kind === 'external') return { board_id: boardId };
  const gatewayId = moves ? (await getBoardOfGateway(tx, boardId)).gateway_id : row.gateway_id;
  if (gatewayId === null) throw new Error(`agent ${row.id} has no gateway`); // the database sees to it
  // What was adopted stands where it was found, under its own names.
  if (row.adopted && (gatewayId !== row.gateway_id || kind === 'main')) throw otherGateway();
  await lockGateway(tx, gatewayId);
  if (kind !== from) await assertMayConvert(tx, row, kind);
  const name = patch.name ?? row.name;
  if (await isNameTaken(tx, gatewayId, name, row.id)) throw nameTaken(name);
  if (kind === from && gatewayId === row.gateway_id) return { board_id: boardId };
  const gatewayAgentId = toGatewayAgentId({ id: row.id, kind, gateway_id: gatewayId, board_id: boardId });
  return {
    kind,
    board_id: boardId,
    gateway_id: gatewayId,
    gateway_agent_id: gatewayAgentId,
    openclaw_session_id: toSessionKey(gatewayAgentId),
  };
}

async function assertMayConvert(tx: TxContext, row: AgentRow, to: AgentKind): Promise<void> {
  if (to === 'main' && row.gateway_id !== null && (await findMain(tx, row.gateway_id)))
    throw new Problem('agent.main_exists', 409, 'This gateway has a main agent already.');
  await assertMainUnused(tx, row);
}

async function applyChanges(tx: TxContext, row: AgentRow, changed: AgentPatch, force: boolean): Promise<void> {
  if (!isEmpty(changed)) await saveAgent(tx, row.id, changed);
  if (row.kind === 'external' || !row.managed) return; // nothing of it is ours to write
  if (changed.gateway_agent_id !== undefined || changed.gateway_id !== undefined) {
    await createCleanups(tx, toRemoved(row), 'agent_moved');
    await dropWork(tx, messageQueueOf(row));
  }
  if (!force && Object.keys(changed).every((field) => OURS.has(field))) return;
  const action = row.last_seen_at === null ? 'provision' : 'update';
  const gatewayId = changed.gateway_id ?? row.gateway_id;
  if (changed.heartbeat_config !== undefined && gatewayId) await requestConfigure(tx, gatewayId, [row.id]);
  await requestReconcile(tx, { id: row.id, gateway_id: row.gateway_id, board_id: row.board_id, ...changed }, action);
}
