import { getGateway } from '#server/gateways/index.ts';
import type { Context } from '#server/platform/context.ts';
import { notFound } from '#server/platform/problem.ts';
import { toBundle } from './bundles.rules.ts';
import type { Bundle, GatewayBundle } from './bundles.schema.ts';
import { listBundleSources, listGatewayBundleSources } from './bundles.store.ts';

const hashKey = ({ secrets, orgId }: Context): Buffer => secrets.derive(`args-hash:${orgId}`);

/** The bundles of all agents of a process. */
export async function listBundles(ctx: Context, producerId: string): Promise<Bundle[]> {
  const key = hashKey(ctx);
  return (await listBundleSources(ctx, producerId)).map((source) => toBundle(source, key));
}

/** The bundle of one agent for the calling process. Throws `agent.not_found` when it does not report for it. */
export async function getBundle(ctx: Context, agentId: string): Promise<Bundle> {
  const [source] = await listBundleSources(ctx, ctx.actor.id, agentId);
  if (!source) throw notFound('agent', agentId);
  return toBundle(source, hashKey(ctx));
}

/** The bundles of all agents of a gateway, for the plugin that decides there. Throws `gateway.not_found`. */
export async function listGatewayBundles(ctx: Context, gatewayId: string): Promise<GatewayBundle[]> {
  await getGateway(ctx, gatewayId);
  const key = hashKey(ctx);
  const sources = await listGatewayBundleSources(ctx, gatewayId);
  return sources.map((source) => ({ gateway_agent_id: source.gateway_agent_id, bundle: toBundle(source, key) }));
}
