import { z } from 'zod';
import { findRole, giveRoleSoul } from '#server/agents/index.ts';
import { inTransaction, type Reaction, type TxContext } from '#server/platform/context.ts';
import type { Fact } from '#server/platform/events/fact.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { Problem } from '#server/platform/problem.ts';
import type { SoulsDirectory } from './directory.ts';
import { matchRole } from './role-souls.rules.ts';

export const FIND_ROLE_SOUL = 'agent.find_role_soul';

const Changed = z.object({
  agent: z.object({ kind: z.string() }),
  changed: z.array(z.string()).default(['identity_profile']),
});

/** Only workers have a role that others have, too; the others have texts of ours. */
async function askForSoul(tx: TxContext, fact: Fact<unknown>): Promise<void> {
  const { agent, changed } = Changed.parse(fact.data);
  if (agent.kind !== 'worker' || !changed.includes('identity_profile')) return;
  await enqueueWork(tx, {
    kind: FIND_ROLE_SOUL,
    subject: { kind: 'agent', id: fact.subjectId },
    boardId: fact.boardId ?? null,
    payload: { agent_id: fact.subjectId },
    maxAttempts: 3,
  });
}

export const roleSoulReactions: Reaction[] = [
  { to: 'agent.created', within: askForSoul },
  { to: 'agent.updated', within: askForSoul },
];

const Payload = z.object({ agent_id: z.uuid() });

/** Looks up what the directory has for an agent's role. Without the directory the agent keeps our own text. */
export const findRoleSoul = (directory: SoulsDirectory): WorkKind => ({
  async run(ctx, job) {
    const { agent_id } = Payload.parse(job.payload);
    const role = await findRole(ctx, agent_id);
    if (role === undefined) return { found: null };
    try {
      const soul = matchRole(await directory.list(), role);
      const text = soul && { markdown: (await directory.read(soul)).content, source_url: soul.page_url };
      await inTransaction(ctx, (tx) => giveRoleSoul(tx, agent_id, text ?? null));
      return { found: soul?.page_url ?? null };
    } catch (error) {
      if (error instanceof Problem) return { found: null, code: error.code };
      throw error;
    }
  },
});
