import { createHash } from 'node:crypto';
import type { Context, Platform, TxContext } from '#server/platform/context.ts';
import { hashToken, newId, newToken } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import {
  type AgentOfToken,
  type AgentToken,
  findActiveSlot,
  findAgentOfProcess,
  findAgentOfToken,
  findProcessToken,
  insertAgentToken,
  insertProcessToken,
  listLiveTokens,
  type ProcessToken,
  removeAgentTokens,
  removeProcessTokens,
  removeReplacedTokens,
  saveAgentTokenUsed,
  saveRotated,
  saveTokenUsed,
} from './agent-tokens.store.ts';

const UNUSED_MS = 24 * 3_600_000;
const TOUCH_MS = 30_000;
/** How long a good token is believed without a look: telemetry would else look up the same row hundreds of times a second. */
const BELIEVED_MS = 5_000;

/** Gives a process its token, in the caller's transaction; tokens it had are void. */
export async function createProcessToken({ db, orgId, now }: TxContext, producerId: string): Promise<string> {
  const token = newToken('mca_');
  const at = now();
  await removeProcessTokens(db, orgId, producerId);
  await insertProcessToken(db, {
    id: newId(at),
    org_id: orgId,
    producer_id: producerId,
    hash: hashToken(token),
    last_used_at: at,
    expires_at: new Date(at.getTime() + UNUSED_MS),
  });
  return token;
}

export interface ProcessTokens {
  /** Whether a token is a process's and was good within the last five seconds. */
  isBelieved(token: string): boolean;
  find(token: string): Promise<ProcessToken | undefined>;
}

/** Looks tokens of processes up, believing a good one for five seconds. */
export function createProcessTokens(platform: Platform): ProcessTokens {
  const believed = new Map<string, { token: ProcessToken; until: number }>();

  const look = async (hash: Buffer, at: Date): Promise<ProcessToken | undefined> => {
    const found = await findProcessToken(platform.db, hash);
    if (!found) return undefined;
    if (found.expires_at !== null && new Date(found.expires_at) <= at)
      throw new Problem('token.expired', 401, 'This process token was not used for 24 hours. Enrol again.');
    if (at.getTime() - new Date(found.last_used_at).getTime() >= TOUCH_MS)
      await saveTokenUsed(platform.db, found.id, { last_used_at: at, expires_at: new Date(at.getTime() + UNUSED_MS) });
    return found;
  };
  const keyOf = (hash: Buffer) => hash.toString('base64');
  const recall = (key: string): ProcessToken | undefined => {
    const known = believed.get(key);
    return known && known.until > platform.now().getTime() ? known.token : undefined;
  };

  return {
    isBelieved: (text) => recall(keyOf(hashToken(text))) !== undefined,
    async find(text) {
      const hash = hashToken(text);
      const key = keyOf(hash);
      const known = recall(key);
      if (known) return known;
      const at = platform.now();
      const token = await look(hash, at);
      if (!token) believed.delete(key);
      else {
        if (believed.size >= 10_000) believed.clear();
        believed.set(key, { token, until: at.getTime() + BELIEVED_MS });
      }
      return token;
    },
  };
}

/** How long commands that run already may still use the token that was replaced. */
const RETIRING_MS = 600_000;

/** The file that carries a token to its agent: one header line, as `curl -H @file` takes it. */
export const toTokenFile = (token: string): string => `X-Agent-Token: ${token}\n`;

const hashFile = (token: string): Buffer => createHash('sha256').update(toTokenFile(token)).digest();

/** The tokens of an agent that its requests may carry now. */
export const listAgentTokens = (ctx: Context, agentId: string): Promise<AgentToken[]> =>
  listLiveTokens(ctx.db, ctx.orgId, agentId, ctx.now());

/**
 * Makes an agent's next token, in the caller's transaction; the active one stays good. A pending one of an earlier try
 * is replaced: there are never two. It is shown to nobody but who must deliver it.
 */
export async function beginTokenRotation(
  { db, orgId, now }: TxContext,
  agentId: string,
): Promise<{ token: string; slot: 'A' | 'B' }> {
  const token = newToken('mca_');
  const at = now();
  await removeReplacedTokens(db, orgId, agentId);
  const slot = (await findActiveSlot(db, orgId, agentId)) === 'A' ? 'B' : 'A';
  await insertAgentToken(db, {
    id: newId(at),
    org_id: orgId,
    agent_id: agentId,
    hash: hashToken(token),
    file_hash: hashFile(token),
    slot,
    state: 'pending',
    activated_at: null,
  });
  return { token, slot };
}

/** Makes an agent's pending token the active one; the one before it is good for ten minutes more. */
export async function confirmTokenRotation({ db, orgId, now }: TxContext, agentId: string): Promise<void> {
  const at = now();
  await saveRotated(db, orgId, agentId, { at, retiredAt: new Date(at.getTime() + RETIRING_MS) });
}

/** Voids every token of an agent at once, in the caller's transaction. */
export const revokeAgentTokens = ({ db, orgId }: TxContext, agentId: string): Promise<void> =>
  removeAgentTokens(db, orgId, agentId);

/** The agent that a token of its own names. Its use is written down every 30 s: it is the agent's sign of life. */
export async function findAgentByToken({ db, now }: Platform, token: string): Promise<AgentOfToken | undefined> {
  const at = now();
  const found = await findAgentOfToken(db, hashToken(token), at);
  if (!found) return undefined;
  const isFirstUse = found.last_used_at === found.created_at;
  if (isFirstUse || at.getTime() - new Date(found.last_used_at).getTime() >= TOUCH_MS)
    await saveAgentTokenUsed(db, found.token_id, at);
  return found;
}

/** The agent that a process says it acts for. Throws `agent.not_found` when the process does not report for it. */
export async function getAgentOfProcess({ db }: Platform, process: ProcessToken, agent: string): Promise<AgentOfToken> {
  const found = await findAgentOfProcess(db, process, agent);
  if (!found) throw notFound('agent', agent);
  return found;
}
