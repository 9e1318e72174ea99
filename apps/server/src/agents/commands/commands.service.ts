import type { TxContext } from '#server/platform/context.ts';
import { insertCommands, type NewCommand } from './commands.store.ts';

/** The processes read their bundles anew by themselves within a minute. */
export const BUNDLE_TTL_S = 120;

/**
 * Tells every living process of these agents something at once, in the caller's transaction: a command for each process
 * and agent, whose body also has the `agent_id` and the number of its `bundle`. It is delivered at least once until it is
 * acknowledged or `ttlS` seconds have passed.
 */
export async function commandAgents(tx: TxContext, agentIds: string[], command: NewCommand): Promise<void> {
  if (agentIds.length > 0) await insertCommands(tx, command, { agentIds });
}

/** {@link commandAgents} for one process; the body is sent as it is. */
export const commandProducer = (tx: TxContext, producerId: string, command: NewCommand): Promise<void> =>
  insertCommands(tx, command, { producerId });
