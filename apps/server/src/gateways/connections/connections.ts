import { isDeepStrictEqual } from 'node:util';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { Module } from '#server/platform/module.ts';
import { notFound } from '#server/platform/problem.ts';
import { findStatusForShare } from '../registry/gateways.store.ts';
import type { Client } from '../rpc/client.ts';
import type { FrameSource, GatewayConnection, GatewayFrame } from './connection.ts';
import { getPool, type Pool, type Visit } from './pool.ts';
import { findSavedTarget } from './saved-targets.ts';
import { openTarget, type Target } from './targets.ts';

/** A connection that nobody calls is closed after this. */
const IDLE_MS = 300_000;

/** The gateways module, as app/modules.ts hands it to later modules. */
export interface Gateways extends Module {
  /** Every event of every supervised connection, in order per connection; listeners must not block or throw. */
  onFrame(listener: (source: FrameSource, frame: GatewayFrame) => void): void;
  /** After each connect and `sessions.subscribe`, before frames flow. */
  onConnected(listener: (source: FrameSource) => Promise<void> | void): void;
}

/** A client under the name of its gateway. */
export const toConnection = (gatewayId: string, { hello, call }: Client): GatewayConnection => ({
  gatewayId,
  hello,
  call,
});

/**
 * The supervised connection when this process owns it, else one of its own without caps, closed when it is idle. Throws
 * `gateway.not_found`, and why the gateway cannot be reached ({@link ConnectFailure}).
 */
export async function getConnection(ctx: Context, gatewayId: string): Promise<GatewayConnection> {
  const pool = getPool(ctx);
  const link = pool.links.get(gatewayId);
  if (link?.orgId === ctx.orgId) return toConnection(gatewayId, await link.reach());
  const target = await findSavedTarget(ctx, gatewayId);
  if (!target) throw notFound('gateway', gatewayId);
  return visit(ctx, pool, gatewayId, target);
}

async function visit(ctx: Context, pool: Pool, gatewayId: string, target: Target): Promise<GatewayConnection> {
  const known = pool.visits.get(gatewayId);
  if (known && !isDeepStrictEqual(known.target, target)) await endVisit(pool, gatewayId, known);
  const current = pool.visits.get(gatewayId) ?? beginVisit(ctx, pool, gatewayId, target);
  clearTimeout(current.idle);
  current.idle = setTimeout(() => void endVisit(pool, gatewayId, current), IDLE_MS).unref();
  return toConnection(gatewayId, await current.client);
}

function beginVisit(ctx: Context, pool: Pool, gatewayId: string, target: Target): Visit {
  const visit: Visit = { target, client: openTarget(ctx, target, { caps: [] }), idle: undefined };
  pool.visits.set(gatewayId, visit);
  const forget = () => endVisit(pool, gatewayId, visit);
  visit.client.then(({ closed }) => closed).then(forget, forget);
  return visit;
}

async function endVisit(pool: Pool, gatewayId: string, visit: Visit): Promise<void> {
  if (pool.visits.get(gatewayId) === visit) pool.visits.delete(gatewayId);
  clearTimeout(visit.idle);
  // One that never came about has nothing to close, and its caller knows why.
  await visit.client.then((client) => client.close()).catch(() => undefined);
}

/** Closes what was opened for single calls. */
export async function endVisits(pool: Pool): Promise<void> {
  await Promise.all([...pool.visits].map(([gatewayId, visit]) => endVisit(pool, gatewayId, visit)));
}

/**
 * What work for a gateway waits for (`enqueueWork({ waitsFor })`): nothing while it is connected. Holds its row for
 * share, so that no job misses the release.
 */
export async function gatewayWait(tx: TxContext, gatewayId: string): Promise<string | undefined> {
  const status = await findStatusForShare(tx, gatewayId);
  return status === 'connected' ? undefined : `gateway:${gatewayId}`;
}
