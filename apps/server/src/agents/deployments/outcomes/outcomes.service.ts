import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { type EventType, publish } from '#server/platform/events/publish.ts';
import { publishUpdated } from '../../registry/agents.service.ts';
import { findVersion } from '../../versions/versions.store.ts';
import { deploymentConfirmed, deploymentFailed, deploymentReverted } from '../deployments.events.ts';
import { getDeployment, movePointer, toWatchEnd } from '../deployments.service.ts';
import { listArrived, lockSwitching, type Outcome, type Switching, saveOutcome } from './outcomes.store.ts';

const AT_ONCE = 100;

/** Ends the deployments whose version a process or a run has reported, each in a transaction of its own. */
export async function confirmDeployments(platform: Platform): Promise<void> {
  for (const { id, org_id } of await listArrived(platform, AT_ONCE))
    await inTransaction(systemContext(platform, org_id), async (tx) => {
      const deployment = await lockSwitching(tx, id);
      if (!deployment) return; // a later one has taken its place meanwhile
      const isWatched = deployment.kind === 'activate';
      await end(tx, deployment, deploymentConfirmed, {
        status: deployment.target_name === null ? 'pointer_only' : 'live',
        watch_until: isWatched ? toWatchEnd(tx, deployment.from_version_id) : null,
      });
    });
}

/**
 * The target will not do it: the version before is active again, in the caller's transaction. Nothing happens to a
 * deployment that is not on its way any more.
 */
export async function failDeployment(
  tx: TxContext,
  id: string,
  error: { code: string; message: string },
): Promise<void> {
  const deployment = await lockSwitching(tx, id);
  if (!deployment) return;
  const { agent_id, from_version_id: from } = deployment;
  const failure = { error: JSON.stringify(error) };
  // First it ends: moving the pointer supersedes what is still on its way.
  await end(tx, deployment, deploymentFailed, { ...failure, status: 'failed' });
  const before = from === null ? undefined : await findVersion(tx, agent_id, from);
  if (!before || deployment.active_version_id !== deployment.to_version_id) return;
  await movePointer(tx, { id: agent_id }, before);
  await publishUpdated(tx, agent_id, ['active_version_id']);
  await end(tx, deployment, deploymentReverted, { status: 'reverted' });
}

async function end(
  tx: TxContext,
  { id, board_id }: Switching,
  event: EventType<typeof deploymentConfirmed.schema>,
  outcome: Outcome,
): Promise<void> {
  await saveOutcome(tx, id, { ...outcome, ended_at: tx.now() });
  const deployment = await getDeployment(tx, id);
  await publish(tx, event, { subjectId: id, boardId: board_id, data: { deployment } });
}
