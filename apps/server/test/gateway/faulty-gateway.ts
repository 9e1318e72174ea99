import { randomUUID } from 'node:crypto';
import { getPool } from '#server/gateways/connections/pool.ts';
import type { Client } from '#server/gateways/rpc/client.ts';
import { GatewayRefusal } from '#server/gateways/rpc/refusal.ts';
import type { Platform } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { Params } from './methods/method.ts';
import { answerCall } from './methods/table.ts';
import { type Connection, createWorld, Refusal, type Run, type World } from './world.ts';

/** What befalls one call. */
export type CallFault = 'none' | 'busy' | 'refused' | 'lost_before' | 'lost_after';

export interface FaultyGateway {
  world: World;
  /** Texts of the runs that began, by session, in order. */
  began: Map<string, string[]>;
  /** Whether nobody can reach it. */
  setAway(isAway: boolean): void;
}

const SCOPES = ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals', 'operator.pairing'];
const FILES = ['AGENTS.md', 'SOUL.md', 'IDENTITY.md', 'USER.md', 'BOOTSTRAP.md', 'MEMORY.md'];
const CALL_MS = 20;
/** What it costs to find out that nobody answers. */
const LOST_MS = 5_000;

/**
 * A scripted gateway without sockets, reached as if this process kept its connection. Every call takes time of the
 * test's clock, and what `nextFault` says befalls it.
 */
export function linkFaultyGateway(
  platform: Platform,
  at: { orgId: string; gatewayId: string },
  { pass, nextFault }: { pass: (ms: number) => void; nextFault: () => CallFault },
): FaultyGateway {
  let isAway = false;
  const began = new Map<string, string[]>();
  const world = createWorld(
    {
      version: '2026.9.6',
      settleMs: 0,
      acceptedFiles: new Set(FILES),
      runCommand: () => ({ exitCode: 0, output: '' }),
    },
    {
      later: (_ms, work) => work(),
      restart: () => undefined,
      startTurn: ({ sessionKey }: Run, text) => began.set(sessionKey, [...(began.get(sessionKey) ?? []), text]),
    },
  );
  const connection: Connection = {
    ...{ id: randomUUID(), clientId: 'gateway-client', deviceId: null, isSubscribed: true, subscribedKeys: new Set() },
    ...{ scopes: new Set(SCOPES), caps: new Set(), event: () => undefined },
  };
  const lost = () => {
    pass(LOST_MS);
    return new Problem('gateway.unreachable', 502, 'The connection was lost.');
  };
  const call: Client['call'] = async (method, params = {}) => {
    pass(CALL_MS);
    const fault = isAway ? 'lost_before' : nextFault();
    if (fault === 'lost_before') throw lost();
    if (fault === 'busy') throw new GatewayRefusal(method, { code: 'UNAVAILABLE', message: 'busy', retryable: true });
    if (fault === 'refused') throw new GatewayRefusal(method, { code: 'INVALID_REQUEST', message: 'no space left' });
    const answer = answerAs(world, connection, method, params);
    if (fault === 'lost_after') throw lost();
    return answer;
  };
  const hello = { protocol: 4, serverVersion: '2026.9.6', buildId: 'b', bootId: 'b', scopes: SCOPES };
  const client = { hello, call } as Client; // what calls use of it
  getPool(platform).links.set(at.gatewayId, {
    orgId: at.orgId,
    async reach() {
      if (isAway) throw lost();
      return client;
    },
  });
  return {
    ...{ world, began },
    setAway: (away) => {
      isAway = away;
    },
  };
}

function answerAs(world: World, connection: Connection, method: string, params: Params): unknown {
  try {
    return answerCall(world, connection, method, params);
  } catch (error) {
    throw error instanceof Refusal ? new GatewayRefusal(method, error.body) : error;
  }
}
