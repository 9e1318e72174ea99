import { getGateway } from '#server/gateways/index.ts';
import { listBreakersFor, listPoliciesFor } from '#server/governance/index.ts';
import type { Context } from '#server/platform/context.ts';
import { notFound } from '#server/platform/problem.ts';
import { sign } from '../commands/signing.ts';
import { findCommandKey } from '../producers/command-keys.ts';
import type { Bundle, GatewayBundle, SignedBundle } from './bundles.schema.ts';
import { type BundleQuery, listBundleSources, listGatewayBundleSources } from './bundles.store.ts';
import { withoutUnknown } from './rule-kinds.rules.ts';
import { type BundleRules, type BundleSource, toBundle } from './to-bundle.ts';

/** Each source with its bundle. What governs is read after the numbers: a bundle may be newer than its number, never older. */
async function complete<S extends BundleSource>(ctx: Context, sources: S[]): Promise<{ source: S; bundle: Bundle }[]> {
  const agentIds = [...new Set(sources.map(({ agent_id }) => agent_id))];
  const [policies, breakers] = await Promise.all([
    listPoliciesFor(
      ctx,
      agentIds.map((id) => ({ id })),
    ),
    listBreakersFor(ctx, agentIds),
  ]);
  const stamp = { hashKey: ctx.secrets.derive(`args-hash:${ctx.orgId}`), now: ctx.now() };
  // All processes of one version that read the same are told the same.
  const made = new Map<string, Bundle>();
  const make = (source: S): Bundle => {
    const held = policies.get(source.agent_id) ?? NO_POLICIES;
    const known = { ...held, policies: withoutUnknown(held.policies, source.rule_kinds) };
    const rules = { ...known, breakers: toBreakers(source, breakers) };
    return toBundle(source, rules, stamp);
  };
  return sources.map((source) => {
    const key = `${source.agent_id}:${source.version_id}:${source.rule_kinds?.join() ?? ''}`;
    const bundle = made.get(key) ?? make(source);
    made.set(key, bundle);
    return { source, bundle };
  });
}

const NO_POLICIES = { policies: [], exceptions: [] };

/** The breakers of an agent that are about the version of the bundle, or about every version. */
const toBreakers = (
  { agent_id, version_id }: BundleSource,
  breakers: Awaited<ReturnType<typeof listBreakersFor>>,
): BundleRules['breakers'] =>
  breakers
    .filter((of) => of.agent_id === agent_id && (of.version_id === null || of.version_id === version_id))
    .map(({ key, state, retry_at }) => ({ key, state, retry_at }));

/** The bundles of processes, each with the process that it is for. */
export async function listBundlesOf(
  ctx: Context,
  query: BundleQuery,
): Promise<{ producerId: string; bundle: Bundle }[]> {
  const completed = await complete(ctx, await listBundleSources(ctx, query));
  return completed.map(({ source, bundle }) => ({ producerId: source.producer_id, bundle }));
}

/** The bundles of all agents of a process, signed by its command key. */
export async function listSignedBundles(ctx: Context, producerId: string, key: Buffer): Promise<SignedBundle[]> {
  const bundles = await listBundlesOf(ctx, { producerIds: [producerId] });
  return bundles.map(({ bundle }) => sign(key, bundle));
}

/** The bundle of one agent for the calling process. Throws `agent.not_found` when it does not report for it. */
export async function getBundle(ctx: Context, agentId: string): Promise<SignedBundle> {
  const [found] = await listBundlesOf(ctx, { producerIds: [ctx.actor.id], agentIds: [agentId] });
  if (!found) throw notFound('agent', agentId);
  const key = await findCommandKey(ctx, ctx.actor.id);
  return key ? sign(key, found.bundle) : { ...found.bundle, mac: null };
}

/** The bundles of all agents of a gateway, for the plugin that decides there. Throws `gateway.not_found`. */
export async function listGatewayBundles(ctx: Context, gatewayId: string): Promise<GatewayBundle[]> {
  await getGateway(ctx, gatewayId);
  const completed = await complete(ctx, await listGatewayBundleSources(ctx, gatewayId));
  return completed.map(({ source, bundle }) => ({ gateway_agent_id: source.gateway_agent_id, bundle }));
}
