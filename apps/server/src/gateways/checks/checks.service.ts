import type { Context } from '#server/platform/context.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import type { GatewayFrame } from '../connections/connection.ts';
import { findSavedTarget, findSavedTargetAt } from '../connections/saved-targets.ts';
import { openAt, readTargetUrl, type Target } from '../connections/targets.ts';
import { getDevice } from '../devices/devices.service.ts';
import type { Client } from '../rpc/client.ts';
import { assertReachable, type Destination, resolveGateway } from '../rpc/dial.ts';
import { ConnectFailure } from '../rpc/failure.ts';
import { judgeBaseUrl, reachBack, roundTrip } from './asked-hops.ts';
import type { GatewayCheckRequest, GatewayCheckResult, Hop } from './checks.schema.ts';
import {
  judgeApprovals,
  judgeCapabilities,
  judgeConfig,
  judgeGatewayVersion,
  judgeModels,
  judgeScopes,
} from './gateway-hops.ts';
import { tryHttp, tryTcp, tryTls } from './network.ts';
import { createWalk, isEnded, type Walk } from './walk.ts';

/** The hops up to the version are judged within this time. */
const NAMED_MS = 5_000;
const MIN_MS = 500;
/** Those that ask the gateway itself, within this. */
const ASKED_MS = 10_000;

/** What was asked for beyond what costs nothing. */
interface Asked {
  reach_back: boolean;
  round_trip: boolean;
}

/**
 * The gateway that a check means: with an id the stored settings fill the gaps, and a stored token goes to its stored
 * URL only. Throws `gateway.not_found`, `gateway.target_required`.
 */
export async function getCheckTarget(ctx: Context, request: GatewayCheckRequest): Promise<Target> {
  const { gateway_id, url, token, allow_insecure_tls, disable_device_pairing } = request;
  const saved = await findSaved(ctx, gateway_id, url);
  const text = url ?? saved?.url;
  if (text === undefined)
    throw new Problem('gateway.target_required', 422, 'Say which gateway is meant: by gateway_id, or by url.');
  const moved = URL.canParse(text) ? new URL(text).searchParams.get('token') : null;
  const same = saved?.url === text ? saved : undefined;
  return {
    gatewayId: same?.gatewayId ?? null,
    url: text,
    token: token?.trim() || moved || (same?.token ?? null),
    allow_insecure_tls: allow_insecure_tls ?? saved?.allow_insecure_tls ?? false,
    disable_device_pairing: disable_device_pairing ?? saved?.disable_device_pairing ?? false,
  };
}

async function findSaved(ctx: Context, id: string | null, url: string | null): Promise<Target | undefined> {
  if (id === null) return url === null ? undefined : findSavedTargetAt(ctx, url);
  const saved = await findSavedTarget(ctx, id);
  if (!saved) throw notFound('gateway', id);
  return saved;
}

/** Walks the way to a gateway hop by hop and names the first that fails, with what to do about it. */
export async function checkGateway(
  ctx: Context,
  target: Target,
  asked: Asked,
  tell: (hop: Hop) => void = () => undefined,
): Promise<GatewayCheckResult> {
  const startedAt = performance.now();
  const walk = createWalk({ url: withoutToken(target.url), baseUrl: ctx.config.baseUrl }, tell);
  const way = await walkWay(ctx, walk, target);
  try {
    if (way) await walkGateway(ctx, walk, way, asked);
  } finally {
    way?.client.close();
  }
  walk.skipRest();
  const failure = walk.failure();
  return {
    ok: failure === undefined,
    failed_hop: walk.hops.find(({ status }) => status === 'fail')?.hop ?? null,
    code: failure?.code ?? null,
    duration_ms: Math.round(performance.now() - startedAt),
    hops: walk.hops,
    server_version: way?.client.hello.serverVersion ?? null,
    protocol: way?.client.hello.protocol ?? null,
    scopes: way?.client.hello.scopes ?? [],
    pairing: failure?.code === 'gateway.pairing_required' ? await toPairing(ctx, failure.facts) : null,
  };
}

/** The address without the token that old clients wrote into it. */
const withoutToken = (url: string): string => url.replace(/([?&#]token=)[^&#]*/gi, '$1…');

async function toPairing(ctx: Context, { request_id }: Record<string, unknown>) {
  return { device_id: (await getDevice(ctx)).id, request_id: typeof request_id === 'string' ? request_id : null };
}

interface Way {
  client: Client;
  destination: Destination;
  version: string | null;
  listen(listener: (frame: GatewayFrame) => void): void;
}

/**
 * What a gateway is asked before it is saved: everything up to its version. Throws {@link ConnectFailure} for the first
 * hop that fails, and for missing rights when agents are to be provisioned. Answers what the gateway gave our device.
 */
export async function assertWay(
  ctx: Context,
  target: Target,
  { provisions }: { provisions: boolean },
): Promise<{ version: string | null; protocol: number; scopes: string[]; deviceToken: string | null }> {
  const walk = createWalk({ url: target.url, baseUrl: ctx.config.baseUrl }, () => undefined);
  const way = await walkWay(ctx, walk, target);
  way?.client.close();
  const failure = walk.failure();
  if (!way || failure) throw new ConnectFailure(failure ?? { code: 'gateway.unreachable', facts: {} });
  const { hello, deviceToken } = way.client;
  if (provisions && !hello.scopes.includes('operator.admin'))
    throw new ConnectFailure({ code: 'gateway.scope_missing', facts: { scope: 'operator.admin' } });
  return { version: way.version, protocol: hello.protocol, scopes: hello.scopes, deviceToken };
}

/** The hops from the address to the version; undefined when one failed. */
async function walkWay(ctx: Context, walk: Walk, target: Target): Promise<Way | undefined> {
  const deadline = performance.now() + NAMED_MS;
  let client: Client | undefined;
  try {
    const destination = await findDestination(ctx, walk, target);
    let listener: (frame: GatewayFrame) => void = () => undefined;
    const onEvent = (frame: GatewayFrame) => listener(frame);
    const opened = await walk.step('upgrade', async () => {
      const leftMs = Math.max(MIN_MS, deadline - performance.now());
      const limits = { openMs: leftMs, connectMs: leftMs };
      return { value: await openAt(ctx, target, destination, { caps: [], onEvent, ...limits }) };
    });
    client = opened;
    noteGreeting(walk, opened);
    await walk.step('scopes', () => judgeScopes(opened));
    const version = await walk.step('version', () => judgeGatewayVersion(opened));
    const listen: Way['listen'] = (next) => {
      listener = next;
    };
    return { client: opened, destination, version, listen };
  } catch (error) {
    client?.close();
    if (!isEnded(error)) throw error;
    return undefined;
  }
}

async function findDestination(ctx: Context, walk: Walk, target: Target): Promise<Destination> {
  const url = await walk.step('url', () => ({ value: readTargetUrl(target.url) }));
  const [resolved] = await Promise.allSettled([resolveGateway(ctx, url)]);
  await walk.step('address', () => {
    assertReachable(ctx, url, resolved.status === 'fulfilled' ? resolved.value : []);
    return { value: undefined };
  });
  const known = await walk.step('dns', () => {
    if (resolved.status === 'rejected') throw resolved.reason;
    return { value: resolved.value, facts: { addresses: resolved.value } };
  });
  const addresses = await walk.step('tcp', () => tryTcp(url, known));
  const destination = { url, addresses, allowInsecureTls: target.allow_insecure_tls };
  await walk.step('tls', () => tryTls(destination));
  await walk.step('http', () => tryHttp(destination));
  return destination;
}

/** What an open connection proves of the hops that it went through. */
function noteGreeting(walk: Walk, { wasChallenged, skewMs, hello }: Client): void {
  const clock = skewMs === null ? {} : { clock_skew_ms: skewMs };
  if (wasChallenged) walk.note('challenge', undefined, clock);
  else walk.note('challenge', { code: 'gateway.no_challenge', facts: {} });
  walk.note('origin');
  walk.note('protocol', undefined, { protocol: hello.protocol });
  walk.note('auth');
  walk.note('pairing');
}

async function walkGateway(ctx: Context, walk: Walk, way: Way, asked: Asked): Promise<void> {
  const { client, destination, listen } = way;
  const { baseUrl } = ctx.config;
  // What is not answered by then fails with the connection.
  const limit = setTimeout(() => client.close(), ASKED_MS);
  try {
    await walk.step('config', () => judgeConfig(client));
    await walk.step('capabilities', () => judgeCapabilities(client));
    await walk.step('approvals', () => judgeApprovals(client));
    await walk.step('model', () => judgeModels(client));
    clearTimeout(limit);
    await walk.step('reach_back', () => {
      const passed = judgeBaseUrl(baseUrl, destination.addresses);
      return asked.reach_back ? reachBack(client, baseUrl) : passed;
    });
    if (asked.round_trip) await walk.step('round_trip', () => roundTrip(client, listen));
  } catch (error) {
    if (!isEnded(error)) throw error;
  } finally {
    clearTimeout(limit);
  }
}
