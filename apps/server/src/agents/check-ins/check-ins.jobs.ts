import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { agentOffline, agentOnline, agentProvisionFailed, agentUpdateFailed } from '../registry/agents.events.ts';
import { publishAgents } from '../registry/publish-agents.ts';
import { type ChangedAgent, foldSightings, saveOverdue, saveUnseen } from './check-ins.store.ts';

/**
 * Keeps the shown state of agents true: signs of life are carried over to their rows, silence and transitions that took
 * too long are written down. A fact is published only when people see something else than before.
 */
export function watchAgents(platform: Platform): Promise<void> {
  return inTransaction(systemContext(platform, ''), async (tx) => {
    await publishAgents(tx, agentOnline, await foldSightings(tx));
    await publishAgents(tx, agentOffline, await saveUnseen(tx));
    await publishOverdue(tx, await saveOverdue(tx));
  });
}

async function publishOverdue(tx: TxContext, agents: ChangedAgent[]): Promise<void> {
  const isFailed = ({ lifecycle_state }: ChangedAgent) => lifecycle_state === 'failed';
  const isFirst = ({ provision_action }: ChangedAgent) => provision_action === 'provision';
  const failed = agents.filter(isFailed);
  await publishAgents(tx, agentProvisionFailed, failed.filter(isFirst));
  await publishAgents(
    tx,
    agentUpdateFailed,
    failed.filter((agent) => !isFirst(agent)),
  );
  const others = agents.filter((agent) => !isFailed(agent));
  await publishAgents(
    tx,
    agentOnline,
    others.filter(({ status }) => status === 'online'),
  );
  await publishAgents(
    tx,
    agentOffline,
    others.filter(({ status }) => status === 'offline'),
  );
}
