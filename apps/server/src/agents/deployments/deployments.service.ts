import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { dropWork, enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { commandAgents } from '../commands/commands.service.ts';
import { type AgentRow, lockAgent, saveAgentVersion } from '../registry/agent-rows.store.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { versionActivated } from '../versions/versions.events.ts';
import type { AgentVersionDetail } from '../versions/versions.schema.ts';
import { findVersion, saveActiveVersion } from '../versions/versions.store.ts';
import { deploymentStarted } from './deployments.events.ts';
import type { Deployment, DeploymentDetail, DeploymentKind } from './deployments.schema.ts';
import {
  countProcesses,
  endWatches,
  findDeployment,
  findPreviousVersionId,
  findTargetOf,
  insertDeployment,
  saveSuperseded,
} from './deployments.store.ts';

/** Calls the target of a deployment. */
export const DRIVE = 'deployment.drive';
/** Asks a target that has taken the swap and is at it. */
export const FOLLOW = 'deployment.follow';

/** Calls of the targets of one agent go one at a time: a later version never arrives before an earlier one. */
export const queueOf = (agentId: string): string => `deployment:${agentId}`;

/** The waits between calls, in seconds: soon at first, then three times by the hour. */
const RETRIES_S = [1, 5, 25, 120, 3600, 3600, 3600];
const MAX_ATTEMPTS = RETRIES_S.length + 1;
/** How long to wait after so many calls. */
export const toRetryMs = (attempts: number): number => (RETRIES_S[attempts - 1] ?? 3600) * 1000;

/** A process that was away learns of the version when it enrols or fetches its bundle. */
const COMMAND_TTL_S = 600;
const WATCH_MS = 60 * 60_000;

/** Why the pointer moves. */
export interface Cause {
  kind: DeploymentKind;
  reason: string;
}

/** Throws `deployment.not_found`. */
export async function getDeployment(ctx: Context, id: string): Promise<Deployment> {
  const deployment = await findDeployment(ctx, id);
  if (!deployment) throw notFound('deployment', id);
  return deployment;
}

/** A deployment with where the processes of its agent are now. Throws `deployment.not_found`. */
export async function getDeploymentDetail(ctx: Context, id: string): Promise<DeploymentDetail> {
  const deployment = await getDeployment(ctx, id);
  return { ...deployment, processes: await countProcesses(ctx, deployment.agent_id, deployment.to.id) };
}

/** What a person asks for, and what they saw. */
export interface SwitchRequest {
  reason: string;
  if_active?: string | undefined;
}

/**
 * Makes a version the active one. Throws `agent.not_found`, `version.not_found`, `agent.state`, `agent.version_changed`,
 * `version.active`, `version.target_ref_missing`.
 */
export function activateVersion(
  ctx: Context,
  { agentId, versionId }: { agentId: string; versionId: string },
  { reason, if_active }: SwitchRequest,
): Promise<Deployment> {
  return inTransaction(ctx, async (tx) => {
    const agent = await lockSwitchable(tx, agentId, if_active);
    return startDeployment(tx, agent, await getOwnVersion(tx, agentId, versionId), { kind: 'activate', reason });
  });
}

/** One operation back to the version before, or to the one named. Throws as activating, `version.no_previous`. */
export function rollBackAgent(
  ctx: Context,
  agentId: string,
  { reason, to, if_active }: SwitchRequest & { to?: string | undefined },
): Promise<Deployment> {
  return inTransaction(ctx, async (tx) => {
    const agent = await lockSwitchable(tx, agentId, if_active);
    return rollBackTo(tx, agent, to, { kind: 'rollback', reason });
  });
}

/**
 * As {@link rollBackAgent}, in the caller's transaction, for what rolls back by itself: a breaker, a watch. Undefined when
 * there is nothing to go back to, or the agent is gone or retired.
 */
export async function rollBack(tx: TxContext, agentId: string, cause: Cause): Promise<Deployment | undefined> {
  const agent = await lockAgent(tx, agentId);
  if (!agent || agent.control_state === 'retired' || agent.active_version_id === null) return undefined;
  const previous = await findPreviousVersionId(tx, agentId, agent.active_version_id);
  return previous === undefined ? undefined : rollBackTo(tx, agent, previous, cause);
}

async function rollBackTo(tx: TxContext, agent: AgentRow, to: string | undefined, cause: Cause): Promise<Deployment> {
  const { id, active_version_id: active } = agent;
  const versionId = to ?? (active === null ? undefined : await findPreviousVersionId(tx, id, active));
  if (versionId === undefined)
    throw new Problem('version.no_previous', 409, 'No version was active before the current one; name one.');
  return startDeployment(tx, agent, await getOwnVersion(tx, id, versionId), cause);
}

async function lockSwitchable(tx: TxContext, id: string, ifActive: string | undefined): Promise<AgentRow> {
  const agent = await lockAgent(tx, id);
  if (!agent) throw notFound('agent', id);
  if (agent.control_state === 'retired')
    throw new Problem('agent.state', 409, 'The agent is retired; restore it before its version changes.');
  if (ifActive !== undefined && ifActive !== agent.active_version_id)
    throw new Problem(
      'agent.version_changed',
      409,
      'Another version has become active meanwhile. Read the agent again and decide anew.',
    );
  return agent;
}

async function getOwnVersion(tx: TxContext, agentId: string, id: string): Promise<AgentVersionDetail> {
  const version = await findVersion(tx, agentId, id);
  if (!version) throw notFound('version', id);
  return version;
}

/**
 * Moves the pointer of an agent whose row the caller holds: the version, the deployment, the call of the target and the
 * word to every process, all in one transaction. Throws `version.active`, `version.target_ref_missing`.
 */
export async function startDeployment(
  tx: TxContext,
  agent: AgentRow,
  version: AgentVersionDetail,
  cause: Cause,
): Promise<Deployment> {
  if (version.id === agent.active_version_id)
    throw new Problem('version.active', 409, `Version ${version.number} is the active one already.`);
  const target = await findTargetOf(tx, agent.id, version.id);
  if (target?.kind === 'kubernetes' && version.target_ref === null)
    throw new Problem(
      'version.target_ref_missing',
      409,
      `${target.name} needs the image of version ${version.number}; add the version again with its target_ref.`,
    );
  const id = newId(tx.now());
  await movePointer(tx, agent, version);
  await insertDeployment(tx, {
    ...toRow(id, agent, version, cause),
    status: 'switching',
    target_id: target?.id ?? null,
    target_name: target?.name ?? null,
    ended_at: null,
    watch_until: null,
  });
  if (target) await enqueueDrive(tx, agent.id, id);
  await publishUpdated(tx, agent.id, ['active_version_id']);
  return publishStarted(tx, agent, id);
}

const enqueueDrive = (tx: TxContext, agentId: string, id: string): Promise<string> =>
  enqueueWork(tx, {
    kind: DRIVE,
    subject: { kind: 'agent', id: agentId },
    queue: queueOf(agentId),
    payload: { deployment_id: id },
    maxAttempts: MAX_ATTEMPTS,
  });

/** Records the version that a process brought with it and that is active with that: nothing is left to swap. */
export async function recordArrival(tx: TxContext, agent: AgentRow, version: AgentVersionDetail): Promise<void> {
  const id = newId(tx.now());
  await movePointer(tx, agent, version);
  const reason = 'A process enrolled with it, and the agent takes new versions by itself.';
  await insertDeployment(tx, {
    ...toRow(id, agent, version, { kind: 'activate', reason }),
    status: 'live',
    target_id: null,
    target_name: null,
    ended_at: tx.now(),
    watch_until: toWatchEnd(tx, agent.active_version_id),
  });
  await publishStarted(tx, agent, id);
}

/** Until when a new version is compared with the one before; null when there was none. */
export const toWatchEnd = ({ now }: TxContext, before: string | null): Date | null =>
  before === null ? null : new Date(now().getTime() + WATCH_MS);

const toRow = (id: string, agent: AgentRow, version: AgentVersionDetail, cause: Cause) => ({
  id,
  agent_id: agent.id,
  from_version_id: agent.active_version_id,
  to_version_id: version.id,
  ...cause,
});

/** Points the agent at a version and tells its processes; what was on its way before is not any more. */
export async function movePointer(
  tx: TxContext,
  { id }: Pick<AgentRow, 'id'>,
  version: Pick<AgentVersionDetail, 'id' | 'number' | 'manifest'>,
): Promise<void> {
  await saveSuperseded(tx, id);
  await endWatches(tx, id);
  await dropWork(tx, queueOf(id));
  await saveActiveVersion(tx, id, version.id);
  await saveAgentVersion(tx, id, version.id, version.manifest.model?.name ?? null);
  const data = { agent_id: id, version_id: version.id, number: version.number };
  await commandAgents(tx, [id], { type: 'version.activate', body: data, ttlS: COMMAND_TTL_S });
  await publish(tx, versionActivated, { subjectId: id, data });
}

async function publishStarted(tx: TxContext, { board_id }: AgentRow, id: string): Promise<Deployment> {
  const deployment = await getDeployment(tx, id);
  await publish(tx, deploymentStarted, { subjectId: id, boardId: board_id, data: { deployment } });
  return deployment;
}
