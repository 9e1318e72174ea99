import type { Context, TxContext } from '#server/platform/context.ts';
import type { Module } from '#server/platform/module.ts';
import { Problem } from '#server/platform/problem.ts';

/** What a gateway says of itself when a connection opens. */
export interface Hello {
  protocol: number;
  serverVersion: string | null;
  buildId: string | null;
  /** Another one after each start of the gateway. */
  bootId: string | null;
  /** What we may do there. */
  scopes: string[];
}

/** An open connection to a gateway. */
export interface GatewayConnection {
  gatewayId: string;
  hello: Hello;
  /**
   * One call; answers the payload, to be parsed by the caller. 30 s unless told. Throws {@link GatewayRefusal} for an
   * answered error, else retryable 502 `gateway.unreachable`, `gateway.restarting` or `gateway.timeout`.
   */
  call(method: string, params?: Record<string, unknown>, options?: { timeoutMs?: number }): Promise<unknown>;
}

/** One event of a gateway. */
export interface GatewayFrame {
  event: string;
  payload: unknown;
  /** Counts the events of one connection, from 1. */
  seq: number | null;
}

/** Where frames come from. */
export interface FrameSource {
  orgId: string;
  gatewayId: string;
  connection: GatewayConnection;
}

/** The gateways module, as app/modules.ts hands it to later modules. */
export interface Gateways extends Module {
  /** Every event of every supervised connection, in order per connection; listeners must not block or throw. */
  onFrame(listener: (source: FrameSource, frame: GatewayFrame) => void): void;
  /** After each connect and `sessions.subscribe`, before frames flow. */
  onConnected(listener: (source: FrameSource) => Promise<void> | void): void;
}

/** The supervised connection when this process owns it, else one of its own without caps, closed when it is idle. */
export async function getConnection(_ctx: Context, _gatewayId: string): Promise<GatewayConnection> {
  throw new Problem('gateway.unreachable', 502, 'The gateway is not connected.');
}

/** Runs a write of the gateway's configuration alone over all server processes, and waits until it is applied. */
export async function writeConfig<T>(
  ctx: Context,
  gatewayId: string,
  write: (connection: GatewayConnection) => Promise<T>,
): Promise<T> {
  return write(await getConnection(ctx, gatewayId));
}

/**
 * What work for a gateway waits for (`enqueueWork({ waitsFor })`): nothing while it is connected. Holds its row for
 * share, so that no job misses the release.
 */
export async function gatewayWait(tx: TxContext, gatewayId: string): Promise<string | undefined> {
  void tx;
  return `gateway:${gatewayId}`;
}
