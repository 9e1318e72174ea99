import { type GatewayConnection, writeConfig } from '#server/gateways/index.ts';
import { Problem } from '#server/platform/problem.ts';
import { deliverCredential } from '../credentials/credential.ts';
import { writeFiles } from '../files/write-files.ts';
import { forbidCommands } from '../holds/forbid-commands.ts';
import { type AgentEntry, ensureSession, listAgents, modelOf, patchSession, resetSession } from '../remote/calls.ts';
import { isAlreadyThere } from '../remote/refusals.ts';
import type { Pass, Step, Steps } from './pass.ts';

const CONFIG_MS = 10_000;

const findEntry = async (pass: Pass, connection: GatewayConnection): Promise<AgentEntry | undefined> =>
  (await listAgents(connection)).agents.find(({ id }) => id === pass.agent.gateway_agent_id);

/** The agent stands on its gateway. Its name there is its id, which the gateway keeps; the display name comes after. */
const ensureEntry: Step = async (pass, connection) => {
  const found = await findEntry(pass, connection);
  if (found) {
    pass.workspacePath = found.workspace ?? pass.workspacePath;
    return false;
  }
  const { gateway_agent_id: name, adopted } = pass.agent;
  if (adopted)
    throw new Problem('agent.entry_missing', 409, `The gateway has no agent ${name} any more; it was adopted there.`);
  await writeConfig(pass.ctx, pass.agent.gateway_id, async (config) => {
    try {
      await config.call('agents.create', { name, workspace: pass.workspacePath }, { timeoutMs: CONFIG_MS });
    } catch (error) {
      if (!isAlreadyThere(error)) throw error;
    }
  });
  const made = await findEntry(pass, connection);
  if (!made)
    throw new Problem('gateway.agent_missing', 502, `The gateway took the agent ${name} but does not list it.`);
  pass.workspacePath = made.workspace ?? pass.workspacePath;
  return true;
};

/** What of an entry is not as wanted. An emoji that the gateway does not show is not compared. */
export function toEntryChange(
  agent: { name: string; model: string | null; identity_profile: unknown },
  entry: AgentEntry,
): { name?: string; model?: string; emoji?: string } {
  const emoji = (agent.identity_profile as { emoji?: string } | null)?.emoji; // text by `toIdentityProfile`
  const shown = entry.identity?.emoji;
  return {
    ...(agent.name === entry.name ? {} : { name: agent.name }),
    ...(agent.model === null || agent.model === modelOf(entry) ? {} : { model: agent.model }),
    ...(emoji === undefined || typeof shown !== 'string' || emoji === shown ? {} : { emoji }),
  };
}

const ensureFields: Step = async (pass, connection) => {
  const entry = await findEntry(pass, connection);
  if (!entry) throw new Problem('gateway.agent_missing', 502, 'The gateway does not list the agent; it is made again.');
  const change = toEntryChange(pass.agent, entry);
  if (Object.keys(change).length === 0) return false;
  await writeConfig(pass.ctx, pass.agent.gateway_id, (config) =>
    config.call('agents.update', { agentId: pass.agent.gateway_agent_id, ...change }, { timeoutMs: CONFIG_MS }),
  );
  return true;
};

const ensureFiles: Step = (pass, connection) => writeFiles(pass, connection);

const ensureMainSession: Step = async ({ agent }, connection) => {
  const { gateway_agent_id: agentId, openclaw_session_id: key, name, adopted } = agent;
  const session = await ensureSession(connection, { agentId, key });
  if (adopted || session.label === name) return false;
  await patchSession(connection, { key, label: name });
  return true;
};

/** A hard pause outlives restarts of both sides. */
const ensurePolicy: Step = async ({ ctx, agent }, connection) => {
  return agent.hard_paused_at !== null && (await forbidCommands(ctx, agent, connection));
};

const reset: Step = async ({ agent }, connection) => {
  await resetSession(connection, agent.openclaw_session_id);
  return true;
};

/** Sent by the end of the pass, through the outbox: here it is only on record. */
const noteWake: Step = async () => true;

export const STEPS: Steps = {
  entry: ensureEntry,
  fields: ensureFields,
  files: ensureFiles,
  session: ensureMainSession,
  credential: deliverCredential,
  policy: ensurePolicy,
  reset,
  wake: noteWake,
};
