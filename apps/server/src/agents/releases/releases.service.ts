import { z } from 'zod';
import { type GatewayConnection, gatewayWait, getConnection } from '#server/gateways/index.ts';
import type { TxContext } from '#server/platform/context.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { secretNameOf } from '../credentials/names.rules.ts';
import { AUTH_PATH, PLACEHOLDER } from '../credentials/placeholder.ts';
import type { AgentRow } from '../registry/agent-rows.store.ts';
import { findSessionFileHash, readFile, removeSecret, writeFile, writeSessionFile } from '../remote/calls.ts';
import { isMissing } from '../remote/refusals.ts';
import { removeBlock } from '../templates/blocks.rules.ts';

export const RELEASE = 'agent.release';

const Payload = z.object({
  agent_id: z.uuid(),
  gateway_id: z.uuid(),
  gateway_agent_id: z.string(),
  session_key: z.string(),
});
type Payload = z.infer<typeof Payload>;

/** Lets go of an adopted agent that was ours to manage: its entry stays, our block and its credential go. */
export async function requestRelease(tx: TxContext, row: AgentRow): Promise<void> {
  const { id, gateway_id, gateway_agent_id, openclaw_session_id, adopted, managed } = row;
  if (!adopted || !managed || !gateway_id || !gateway_agent_id || !openclaw_session_id) return;
  const waitsFor = await gatewayWait(tx, gateway_id);
  await enqueueWork(tx, {
    kind: RELEASE,
    subject: { kind: 'agent', id },
    ...(waitsFor === undefined ? {} : { waitsFor }),
    payload: { agent_id: id, gateway_id, gateway_agent_id, session_key: openclaw_session_id },
  });
}

export const releaseWork: WorkKind = {
  async run(ctx, job) {
    const agent = Payload.parse(job.payload);
    const connection = await getConnection(ctx, agent.gateway_id);
    try {
      await removeOurText(connection, agent);
      await emptyCredential(connection, agent);
    } catch (error) {
      if (!isMissing(error)) throw error; // an agent that is gone has nothing of ours
    }
    for (const slot of ['A', 'B'] as const) await removeSecret(connection, secretNameOf(agent.agent_id, slot));
  },
};

async function removeOurText(connection: GatewayConnection, { gateway_agent_id: agentId }: Payload): Promise<void> {
  const found = await readFile(connection, agentId, 'AGENTS.md');
  if (!found) return;
  const content = removeBlock(found.content);
  if (content === found.content) return;
  await writeFile(connection, { agentId, name: 'AGENTS.md', content, expectedHash: found.hash });
}

async function emptyCredential(connection: GatewayConnection, { session_key: sessionKey }: Payload): Promise<void> {
  const expectedHash = await findSessionFileHash(connection, sessionKey, AUTH_PATH);
  if (expectedHash === null) return;
  await writeSessionFile(connection, { sessionKey, path: AUTH_PATH, content: PLACEHOLDER, expectedHash });
}
