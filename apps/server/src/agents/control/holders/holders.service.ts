import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { commandAgents } from '../../commands/commands.service.ts';
import { type AgentRow, lockAgents, saveBundlesNewer } from '../../registry/agent-rows.store.ts';
import { agentUpdated } from '../../registry/agents.events.ts';
import { publishAgents } from '../../registry/publish-agents.ts';
import { tellGatewayAgent } from '../control.service.ts';
import { listHoldsOf, removeHolds, saveActive, saveHolds, savePaused } from './holds.store.ts';

const TTL_S = 300;

/** What keeps agents from running, besides people. */
export interface Hold {
  /** `kill:<id>`, `breaker:<key>`: whoever takes it lets it go again. */
  holder: string;
  reason: string;
  retryAt?: Date;
  /** Whether agents of gateways are ended at once. */
  isHard: boolean;
  /** What their processes are told with it: `kill`, or `hold` for new runs only. */
  command: { type: 'kill' | 'hold'; body: object };
}

/** Pauses agents for a holder, in the caller's transaction; those paused, retired or unknown before stay what they are. */
export async function holdAgents(tx: TxContext, agentIds: string[], hold: Hold): Promise<void> {
  const rows = await lockAgents(tx, agentIds);
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  const { holder, reason, retryAt = null } = hold;
  await saveHolds(
    tx,
    ids.map((id) => ({ id: newId(tx.now()), agent_id: id })),
    { holder, reason, retry_at: retryAt },
  );
  const running = rows.filter(({ control_state }) => control_state === 'active' || control_state === 'draining');
  await savePaused(tx, idsOf(running), reason);
  await saveBundlesNewer(tx, ids);
  const body = { holder, reason, retry_at: retryAt?.toISOString() ?? null, ...hold.command.body };
  await commandAgents(tx, ids, { type: hold.command.type, body, ttlS: TTL_S });
  for (const row of rows) if (row.gateway_id !== null) await tellGatewayAgent(tx, row, 'paused', hold.isHard);
  await publishChanged(tx, running);
}

/** Lets agents go for a holder: those whom nobody else holds run again. */
export async function releaseAgents(tx: TxContext, agentIds: string[], holder: string): Promise<void> {
  const rows = await lockAgents(tx, agentIds);
  if (rows.length === 0) return;
  const ids = idsOf(rows);
  await removeHolds(tx, ids, holder);
  const left = new Map((await listHoldsOf(tx, ids)).map(({ agent_id, reason }) => [agent_id, reason]));
  const paused = rows.filter(({ control_state }) => control_state === 'paused');
  const free = paused.filter(({ id }) => !left.has(id));
  await saveActive(tx, idsOf(free));
  for (const row of paused) {
    const reason = left.get(row.id);
    if (reason !== undefined) await savePaused(tx, [row.id], reason);
  }
  await saveBundlesNewer(tx, ids);
  await commandAgents(tx, ids, { type: 'release', body: { holder }, ttlS: TTL_S });
  for (const row of free) if (row.gateway_id !== null) await tellGatewayAgent(tx, row, 'active', false);
  await publishChanged(tx, paused);
}

const idsOf = (rows: AgentRow[]): string[] => rows.map(({ id }) => id);

const publishChanged = (tx: TxContext, rows: AgentRow[]): Promise<void> =>
  publishAgents(
    tx,
    agentUpdated,
    rows.map(({ id, org_id }) => ({ id, org_id })),
  );
