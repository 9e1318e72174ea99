import { inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { commandAgents } from '../commands/commands.service.ts';
import { lockAgent, saveControl } from '../registry/agent-rows.store.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { MANUAL, tellGatewayAgent } from './control.service.ts';
import { type DrainedAgent, listDrained } from './drains.store.ts';
import { saveHold } from './holders/holds.store.ts';

const AT_ONCE = 200;
const TTL_S = 300;
const REASON = 'drained';

/** Pauses the agents whose running runs have ended; at the deadline what still runs is ended. */
export async function finishDrains(platform: Platform): Promise<void> {
  for (const agent of await listDrained(platform, AT_ONCE)) await finishDrain(platform, agent);
}

const finishDrain = (platform: Platform, { id, org_id, is_late }: DrainedAgent): Promise<void> =>
  inTransaction(systemContext(platform, org_id), async (tx) => {
    const row = await lockAgent(tx, id);
    if (row?.control_state !== 'draining') return; // somebody has decided otherwise meanwhile
    if (is_late) {
      const body = { reason: 'The time to drain was up.' };
      await commandAgents(tx, [id], { type: 'abort', body, ttlS: TTL_S });
    }
    await saveHold(tx, { id: newId(tx.now()), agent_id: id, holder: MANUAL, reason: REASON });
    await saveControl(tx, id, { state: 'paused', reason: REASON });
    const hold = { holder: MANUAL, reason: REASON, retry_at: null };
    await commandAgents(tx, [id], { type: 'hold', body: hold, ttlS: TTL_S });
    if (row.gateway_id !== null) await tellGatewayAgent(tx, row, 'paused', is_late);
    await publishUpdated(tx, id, ['control_state']);
  });
