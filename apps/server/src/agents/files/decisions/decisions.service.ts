import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { Problem } from '#server/platform/problem.ts';
import { requestReconcile } from '../../reconcile/reconcile.service.ts';
import { saveAgent } from '../../registry/agent-rows.store.ts';
import type { AgentRead } from '../../registry/agents.schema.ts';
import { getAgent, lockWritableAgent, publishUpdated } from '../../registry/agents.service.ts';
import { withoutMarks } from '../../templates/blocks.rules.ts';
import { toVerbatim } from '../../templates/engine.ts';
import { assertTemplate } from '../../templates/sample.ts';
import { fileDecided } from './decisions.events.ts';
import type { FileDecisionRequest } from './decisions.schema.ts';
import { findUndecided, saveDecision } from './decisions.store.ts';

/**
 * Says what becomes of a text that somebody else wrote into a file of an agent; its gateway follows by a job. Throws
 * `agent.not_found`, `board.access_denied`, `agent.file_decided` when that version waits for nobody,
 * `agent.file_not_replaceable`, `template.invalid`.
 */
export function decideFile(
  ctx: Context,
  id: string,
  name: string,
  { version_no, decision }: FileDecisionRequest,
): Promise<AgentRead> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockWritableAgent(tx, id);
    const found = await findUndecided(tx, id, name);
    if (found?.version_no !== version_no)
      throw new Problem('agent.file_decided', 409, `Version ${version_no} of ${name} waits for no decision.`);
    if (decision === 'take_over') await takeOver(tx, id, name, found.content);
    await saveDecision(tx, { agentId: id, name, versionNo: version_no, decision });
    const fact = { agent_id: id, agent_name: row.name, name, version_no, decision };
    await publish(tx, fileDecided, { subjectId: id, boardId: row.board_id, data: fact });
    if (decision === 'keep' || row.gateway_id === null) return getAgent(tx, id);
    await requestReconcile(tx, row, 'update', { overwrite_files: [name] });
    return publishUpdated(tx, id, ['lifecycle_state']);
  });
}

/** Files that people write; all others are made from the board and the agent. */
const FIELDS: ReadonlyMap<string, 'soul_template' | 'identity_template'> = new Map([
  ['SOUL.md', 'soul_template'],
  ['IDENTITY.md', 'identity_template'],
]);

/** The text was rendered already, or is somebody's: what looks like a template in it stays as it is. */
async function takeOver(tx: TxContext, id: string, name: string, content: string): Promise<void> {
  const field = FIELDS.get(name);
  if (field === undefined)
    throw new Problem('agent.file_not_replaceable', 422, `${name} is made from the board; it has no text of its own.`);
  const template = toVerbatim(withoutMarks(content).trim());
  assertTemplate(template);
  await saveAgent(tx, id, { [field]: template });
}
