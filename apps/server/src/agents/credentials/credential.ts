import type { GatewayConnection } from '#server/gateways/index.ts';
import {
  type AgentToken,
  beginTokenRotation,
  confirmTokenRotation,
  listAgentTokens,
  toTokenFile,
} from '#server/identity/index.ts';
import { inTransaction } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { hashText } from '../files/versions.ts';
import { writeFiles } from '../files/write-files.ts';
import type { Pass, Step } from '../reconcile/pass.ts';
import { lockAgent } from '../registry/agent-rows.store.ts';
import { findSessionFileHash, readFile, removeSecret, saveSecret, writeSessionFile } from '../remote/calls.ts';
import { isIncapable, toConflict } from '../remote/refusals.ts';
import type { CredentialMode } from '../templates/variables.rules.ts';
import { publishRotated } from '../tokens/rotated.ts';
import { credentialVariableOf, secretNameOf } from './names.rules.ts';
import { AUTH_PATH, ensureCredentialFile } from './placeholder.ts';

/** From the safest place to the weakest; a gateway's setting is the weakest that its admin allows. */
const MODES: CredentialMode[] = ['file', 'env', 'inline'];

/** The agent has a token where it finds it, and nowhere else. A rotation is the same with a new one. */
export const deliverCredential: Step = async (pass, connection) => {
  for (const mode of MODES) {
    if (mode !== 'file' && !isAllowed(pass, mode)) throw refused(pass, mode);
    try {
      const isChanged = await DELIVERIES[mode](pass, connection);
      return (await settleMode(pass, connection, mode)) || isChanged;
    } catch (error) {
      if (mode === 'inline' || !isIncapable(error)) throw error;
    }
  }
  throw new Error('no mode of delivery'); // the loop ends by itself
};

const isAllowed = ({ gateway }: Pass, mode: CredentialMode): boolean =>
  MODES.indexOf(gateway.credential_delivery) >= MODES.indexOf(mode);

const refused = ({ gateway }: Pass, next: CredentialMode) =>
  new Problem(
    'gateway.credential_refused',
    409,
    `The gateway does not take the agent’s credential as ${gateway.credential_delivery}. An admin may set credential_delivery of the gateway to ${next}.`,
  );

/** The files say where the credential is: in another place they are written anew. */
async function settleMode(pass: Pass, connection: GatewayConnection, mode: CredentialMode): Promise<boolean> {
  if (pass.credentialMode === mode) return false;
  pass.credentialMode = mode;
  return mode === 'inline' ? true : writeFiles(pass, connection);
}

const DELIVERIES: Record<CredentialMode, Step> = { file: deliverFile, env: deliverVariable, inline: deliverInline };

async function deliverFile(pass: Pass, connection: GatewayConnection): Promise<boolean> {
  const { ctx, agent } = pass;
  const key = agent.openclaw_session_id;
  const tokens = await listAgentTokens(ctx, agent.id);
  const found = await findSessionFileHash(connection, key, AUTH_PATH);
  const standing = tokens.find(({ fileHash }) => fileHash !== null && fileHash === found);
  // A try that was cut off after its write: the token that stands there is known, so it is the agent's.
  if (standing?.state === 'pending') return confirm(pass, connection);
  if (standing?.state === 'active' && !pass.rotateToken) return false;
  pass.tokenReplaced = !pass.rotateToken && hasActive(tokens);
  const before = found ?? (await ensureCredentialFile(pass, connection));
  const { token, slot } = await inTransaction(ctx, (tx) => beginTokenRotation(tx, agent.id));
  await saveSecret(connection, { name: secretNameOf(agent.id, slot), value: token, kind: 'secret' });
  await writeExpecting(connection, key, { content: toTokenFile(token), expectedHash: before });
  const hash = await findSessionFileHash(connection, key, AUTH_PATH);
  if (hash !== hashText(toTokenFile(token)))
    throw new Problem(
      'gateway.credential_unverified',
      502,
      'The credential that was written is not what stands there.',
    );
  return confirm(pass, connection);
}

/** Once more when another token was written meanwhile: nobody but us writes there, so it was a lost try of ours. */
async function writeExpecting(
  connection: GatewayConnection,
  sessionKey: string,
  { content, expectedHash }: { content: string; expectedHash: string },
): Promise<void> {
  const file = { sessionKey, path: AUTH_PATH, content };
  try {
    await writeSessionFile(connection, { ...file, expectedHash });
  } catch (error) {
    const currentHash = toConflict(error)?.currentHash;
    if (currentHash === undefined) throw error;
    if (currentHash !== hashText(content)) await writeSessionFile(connection, { ...file, expectedHash: currentHash });
  }
}

/** A value that nobody can read back: it stands when the gateway said so. */
async function deliverVariable(pass: Pass, connection: GatewayConnection): Promise<boolean> {
  const tokens = await listAgentTokens(pass.ctx, pass.agent.id);
  if (pass.agent.credential_mode === 'env' && hasActive(tokens) && !pass.rotateToken) return false;
  const { token, slot } = await inTransaction(pass.ctx, (tx) => beginTokenRotation(tx, pass.agent.id));
  await saveSecret(connection, { name: secretNameOf(pass.agent.id, slot), value: token, kind: 'secret' });
  await saveSecret(connection, { name: credentialVariableOf(pass.agent.id), value: token, kind: 'env' });
  return confirm(pass, connection);
}

/** In every prompt, by leave of an admin. The file is the only place that has the token, so it is read from there. */
async function deliverInline(pass: Pass, connection: GatewayConnection): Promise<boolean> {
  const standing = pass.rotateToken ? undefined : await findInlineToken(pass, connection);
  if (standing !== undefined) return writeFiles({ ...pass, credentialMode: 'inline' }, connection, { token: standing });
  const { token } = await inTransaction(pass.ctx, (tx) => beginTokenRotation(tx, pass.agent.id));
  await writeFiles({ ...pass, credentialMode: 'inline' }, connection, { token });
  return confirm(pass, connection);
}

async function findInlineToken({ ctx, agent }: Pass, connection: GatewayConnection): Promise<string | undefined> {
  const text = (await readFile(connection, agent.gateway_agent_id, 'AGENTS.md'))?.content ?? '';
  const tokens = await listAgentTokens(ctx, agent.id);
  const isActive = (token: string) =>
    tokens.some(({ state, fileHash }) => state === 'active' && fileHash === hashText(toTokenFile(token)));
  return (text.match(/mca_[\w-]+/g) ?? []).find(isActive);
}

const hasActive = (tokens: AgentToken[]): boolean => tokens.some(({ state }) => state === 'active');

/** The pending token is the agent's from now on; the one before it works ten minutes more, and stays masked meanwhile. */
async function confirm(pass: Pass, connection: GatewayConnection): Promise<true> {
  const { ctx, agent } = pass;
  const isRotation = hasActive(await listAgentTokens(ctx, agent.id));
  await inTransaction(ctx, async (tx) => {
    if (!(await lockAgent(tx, agent.id))) return; // it goes: its tokens went with it
    await confirmTokenRotation(tx, agent.id);
    if (isRotation) await publishRotated(tx, agent.id);
  });
  pass.rotateToken = false;
  await forgetOldSlots(pass, connection);
  return true;
}

/** Values of slots that no live token has any more need no mask. */
async function forgetOldSlots({ ctx, agent }: Pass, connection: GatewayConnection): Promise<void> {
  const live = new Set((await listAgentTokens(ctx, agent.id)).map(({ slot }) => slot));
  for (const slot of ['A', 'B'] as const)
    if (!live.has(slot)) await removeSecret(connection, secretNameOf(agent.id, slot));
}
