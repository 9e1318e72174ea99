import { gatewayWait, getConnection } from '#server/gateways/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { dropWork, enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { withoutCredentials } from '#server/platform/text/without-credentials.rules.ts';
import { findNewestFile } from '../files/agent-files.store.ts';
import { keepVersion } from '../files/versions.ts';
import { writeFiles } from '../files/write-files.ts';
import { toPass } from '../reconcile/pass.ts';
import { type AgentRow, findAgentRow, lockAgent, saveAgent } from '../registry/agent-rows.store.ts';
import { getAgent } from '../registry/agents.service.ts';
import { readFile } from '../remote/calls.ts';
import { readBlock } from '../templates/blocks.rules.ts';
import { assertTemplate } from '../templates/sample.ts';
import { soulUpdated } from './souls.events.ts';
import type { SoulUpdateRequest } from './souls.schema.ts';

const SOUL = 'SOUL.md';
export const WRITE_FILE = 'agent.write_file';

const LATER_MS = 15_000;

const queueOf = (agentId: string) => `${WRITE_FILE}:${agentId}:${SOUL}`;

/** The agent of that board. Throws `agent.not_found`, also for one of another board. */
function onBoard(row: AgentRow | undefined, boardId: string, id: string): AgentRow {
  if (row?.board_id !== boardId) throw notFound('agent', id);
  return row;
}

/**
 * The soul of an agent of the board, for its lead and for itself: as we last wrote it, else as its gateway has it.
 * Throws `agent.not_found`, `agent.soul_forbidden`, `gateway.file_read_failed`.
 */
export async function getSoul(ctx: Context, boardId: string, agentId: string): Promise<string> {
  const isLead = ctx.caller.kind === 'agent' && ctx.caller.agentKind === 'lead';
  if (!isLead && ctx.actor.id !== agentId)
    throw new Problem('agent.soul_forbidden', 403, 'Only the lead and the agent itself read its soul.');
  const row = onBoard(await findAgentRow(ctx, agentId), boardId, agentId);
  const stored = row.soul_template ?? (await findNewestFile(ctx, agentId, SOUL))?.content;
  return readBlock(stored ?? (await readSoul(ctx, row)));
}

async function readSoul(ctx: Context, { gateway_id, gateway_agent_id }: AgentRow): Promise<string> {
  try {
    const { connection, name } = await reach(ctx, gateway_id, gateway_agent_id);
    return (await readFile(connection, name, SOUL))?.content ?? '';
  } catch (error) {
    throw toFileProblem('gateway.file_read_failed', 'The soul could not be read', error);
  }
}

/**
 * Gives an agent of the lead's board a new soul: kept as a version, then written to its gateway, by a job when that
 * fails now. Throws `agent.not_found`, `soul.content_required`, `template.invalid`, `gateway.file_write_failed` (it is
 * kept all the same).
 */
export async function updateSoul(
  ctx: Context,
  boardId: string,
  agentId: string,
  { content, source_url, reason }: SoulUpdateRequest,
): Promise<void> {
  if (content.trim() === '') throw new Problem('soul.content_required', 422, 'Send the text of the soul.');
  assertTemplate(content);
  await inTransaction(ctx, async (tx) => {
    const row = onBoard(await lockAgent(tx, agentId), boardId, agentId);
    const text = withoutCredentials(content);
    const { version_no } = await keepVersion(tx, { agentId, name: SOUL, content: text, gatewayHash: null });
    await saveAgent(tx, agentId, { soul_template: text });
    await requestWrite(tx, row);
    const agent = await getAgent(tx, agentId);
    const data = { agent, version_no, source_url, reason };
    await publish(tx, soulUpdated, { subjectId: agentId, boardId, data });
  });
  try {
    await writeSoul(ctx, agentId);
  } catch (error) {
    throw toFileProblem('gateway.file_write_failed', 'The soul is kept and will be written later', error);
  }
  await inTransaction(ctx, (tx) => dropWork(tx, queueOf(agentId)));
}

async function requestWrite(tx: TxContext, { id, board_id, gateway_id }: AgentRow): Promise<void> {
  const waitsFor = gateway_id ? await gatewayWait(tx, gateway_id) : `agent:${id}`;
  await dropWork(tx, queueOf(id));
  await enqueueWork(tx, {
    kind: WRITE_FILE,
    subject: { kind: 'agent', id },
    boardId: board_id,
    queue: queueOf(id),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    // Only when the write that follows at once fails.
    runAt: new Date(tx.now().getTime() + LATER_MS),
    payload: { agent_id: id, name: SOUL },
  });
}

/** Writes the soul of an agent to its gateway, and nothing else. Throws the 502 codes of gateways. */
export async function writeSoul(ctx: Context, agentId: string): Promise<void> {
  const row = await findAgentRow(ctx, agentId);
  if (!row) return; // the agent went meanwhile
  const { connection } = await reach(ctx, row.gateway_id, row.gateway_agent_id);
  const pass = await toPass(ctx, row, {}, { isFirst: false });
  if (pass) await writeFiles(pass, connection, { only: [SOUL] });
}

async function reach(ctx: Context, gatewayId: string | null, name: string | null) {
  if (gatewayId === null || name === null)
    throw new Problem('agent.session_missing', 422, 'This agent has no gateway that keeps its files.');
  return { connection: await getConnection(ctx, gatewayId), name };
}

/** Problems of gateways become the one that clients of the file operations know; others stay. */
function toFileProblem(code: string, what: string, error: unknown): unknown {
  if (!(error instanceof Problem) || error.status !== 502) return error;
  return new Problem(code, 502, `${what}: ${error.message}`);
}
