import { compileGlobs } from '@mission-control/policy';
import { createProcessToken, findServiceKey } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { Problem } from '#server/platform/problem.ts';
import { listSignedBundles } from '../bundles/bundles.service.ts';
import { settleKills } from '../kills/kills.service.ts';
import { ensureCommandKey } from '../producers/command-keys.ts';
import { saveProducer, saveProducerAgents } from '../producers/producers.store.ts';
import { type AgentRow, insertAgent, lockAgentBySlug, saveEnrolment } from '../registry/agent-rows.store.ts';
import { agentCreated, agentUpdated } from '../registry/agents.events.ts';
import { getAgent } from '../registry/agents.service.ts';
import type { Manifest } from '../versions/manifest.schema.ts';
import { readManifest, registerVersion } from '../versions/versions.service.ts';
import type { EnrolAgent, EnrolledAgent, EnrolRequest, EnrolResponse } from './enrolment.schema.ts';
import { insertParents, listParents } from './parents.store.ts';

const HEARTBEAT_S = 15;

interface Checked {
  agent: EnrolAgent;
  manifest: Manifest;
  warnings: string[];
}

/**
 * Registers a process and its agents, and gives it a token. Idempotent by producer: the same one gets a new token and
 * the old one dies. Throws `service_key.slug_denied`, `agent.name_taken`, `agent.retired`, `manifest.invalid`.
 */
export async function enrol(ctx: Context, request: EnrolRequest): Promise<EnrolResponse> {
  assertDistinct(request.agents);
  await assertSlugsAllowed(ctx, request.agents);
  const checked = request.agents.map(
    (agent, index): Checked => ({
      agent,
      ...readManifest(agent.manifest, `/agents/${index}/manifest`),
    }),
  );
  return inTransaction(ctx, async (tx) => {
    await saveProducer(tx, {
      id: request.producer,
      host: request.host ?? null,
      pid: request.pid ?? null,
      runtime: request.runtime ?? null,
      sdk: request.sdk ?? null,
      capabilities: request.capabilities,
    });
    const agents = await enrolAgents(tx, checked);
    await saveProducerAgents(tx, request.producer, agents);
    await settleKills(
      tx,
      agents.map(({ agent_id }) => agent_id),
    );
    const token = await createProcessToken(tx, request.producer);
    const key = await ensureCommandKey(tx, request.producer);
    const bundles = await listSignedBundles(tx, request.producer, key);
    return { token, command_key: key.toString('base64'), heartbeat_s: HEARTBEAT_S, agents, bundles };
  });
}

function assertDistinct(agents: EnrolAgent[]): void {
  if (new Set(agents.map(({ slug }) => slug)).size === agents.length) return;
  throw new Problem('request.invalid', 422, 'Two agents of this enrolment have the same slug; give each its own.');
}

async function assertSlugsAllowed(ctx: Context, agents: EnrolAgent[]): Promise<void> {
  const key = await findServiceKey(ctx, ctx.actor.id);
  const globs = key?.agent_slugs ?? [];
  if (globs.length === 0) return;
  const isAllowed = compileGlobs(globs);
  const denied = agents.find(({ slug }) => !isAllowed(slug));
  if (denied)
    throw new Problem('service_key.slug_denied', 403, `This key enrols ${globs.join(', ')} only, not ${denied.slug}.`);
}

/** In the order of slugs, so that two processes that enrol the same crew do not block each other. */
async function enrolAgents(tx: TxContext, checked: Checked[]): Promise<EnrolledAgent[]> {
  const enrolled = new Map<string, EnrolledAgent>();
  for (const item of checked.toSorted((a, b) => (a.agent.slug < b.agent.slug ? -1 : 1)))
    enrolled.set(item.agent.slug, await enrolAgent(tx, item));
  const agents = checked.map(({ agent }) => enrolled.get(agent.slug) as EnrolledAgent);
  return Promise.all(
    agents.map(async (agent) => ({ ...agent, warnings: [...agent.warnings, ...(await findLooseEdges(tx, agent))] })),
  );
}

/** Asked when the whole crew is in: its members may name each other. */
async function findLooseEdges(tx: TxContext, { agent_id }: EnrolledAgent): Promise<string[]> {
  const parents = await listParents(tx, agent_id);
  return parents
    .filter((parent) => parent.agent_id === null)
    .map(({ slug }) => `The parent ${slug} is not enrolled yet; the edge waits for it.`);
}

async function enrolAgent(tx: TxContext, { agent, manifest, warnings }: Checked): Promise<EnrolledAgent> {
  const { row, created } = await findOrInsertAgent(tx, agent);
  // A process that could take such a name would act as that agent, a lead for example.
  if (row.origin === 'openclaw')
    throw new Problem('agent.name_taken', 409, `The slug ${agent.slug} belongs to an agent of a gateway; use another.`);
  if (row.control_state === 'retired')
    throw new Problem(
      'agent.retired',
      409,
      `The agent ${agent.slug} is retired. Restore it in the console, or use another slug.`,
    );
  await saveEnrolment(tx, row.id, {
    agent_type: agent.agent_type ?? (created ? agent.slug : row.agent_type),
    framework: agent.framework ?? row.framework,
    framework_version: agent.framework_version ?? row.framework_version,
  });
  const {
    version,
    created: versionCreated,
    active,
  } = await registerVersion(tx, row, {
    ...agent.version,
    manifest,
  });
  await insertParents(tx, row.id, agent.parents);
  const current = await getAgent(tx, row.id);
  const fact = { subjectId: row.id, boardId: current.board_id, data: { agent: current } };
  await publish(tx, created ? agentCreated : agentUpdated, fact);
  return {
    agent_id: row.id,
    slug: agent.slug,
    version_id: version.id,
    version: version.number,
    created,
    version_created: versionCreated,
    active,
    warnings,
  };
}

async function findOrInsertAgent(tx: TxContext, agent: EnrolAgent): Promise<{ row: AgentRow; created: boolean }> {
  const inserted = await insertAgent(tx, {
    id: newId(tx.now()),
    slug: agent.slug,
    name: agent.name ?? agent.slug,
    origin: 'sdk',
    agent_type: agent.agent_type ?? agent.slug,
  });
  if (inserted) return { row: inserted, created: true };
  const row = await lockAgentBySlug(tx, agent.slug);
  if (!row) throw new Error(`agent ${agent.slug} was deleted while it enrolled`); // retried by the SDK
  return { row, created: false };
}
