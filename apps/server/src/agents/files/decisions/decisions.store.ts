import type { TxContext } from '#server/platform/context.ts';
import type { FileDecision } from './decisions.schema.ts';

const ofFile = ({ orgId }: TxContext, agentId: string, name: string) => ({ org_id: orgId, agent_id: agentId, name });

/** The newest text that somebody else wrote into a file and about which nobody has decided. */
export const findUndecided = (
  tx: TxContext,
  agentId: string,
  name: string,
): Promise<{ version_no: number; content: string } | undefined> =>
  tx.db
    .selectFrom('agent_files')
    .select(['version_no', 'content'])
    .where((eb) => eb.and(ofFile(tx, agentId, name)))
    .where('found', '=', true)
    .where('decision', 'is', null)
    .orderBy('version_no', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Decides about a version and those before it, which it replaced. */
export async function saveDecision(
  tx: TxContext,
  { agentId, name, versionNo, decision }: { agentId: string; name: string; versionNo: number; decision: FileDecision },
): Promise<void> {
  await tx.db
    .updateTable('agent_files')
    .set({ decision })
    .where((eb) => eb.and(ofFile(tx, agentId, name)))
    .where('found', '=', true)
    .where('decision', 'is', null)
    .where('version_no', '<=', versionNo)
    .execute();
}
