import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { FrameSource, GatewayFrame } from '../connections/connection.ts';
import { toConnection } from '../connections/connections.ts';
import { openTarget, type Target } from '../connections/targets.ts';
import { type Client, SUPERVISOR_CAPS } from '../rpc/client.ts';
import { ConnectFailure } from '../rpc/failure.ts';
import { Shutdown } from '../rpc/frames.schema.ts';
import { recordConnected, recordFailure } from './states.service.ts';
import { judgeVersion } from './version.rules.ts';

/** Those who want to catch up must not hold the frames back for longer. */
const CATCH_UP_MS = 10_000;
const RESTART_CLOSE = 1012;

/** Who is told of a link's connections. */
export interface Listeners {
  frame: ((source: FrameSource, frame: GatewayFrame) => void)[];
  connected: ((source: FrameSource) => Promise<void> | void)[];
}

/** What is to be held, and until when. */
export interface Hold {
  target: Target & { gatewayId: string };
  listeners: Listeners;
  stopping: AbortSignal;
  /** The connection may be used. */
  onReady(client: Client): void;
}

/** How a connection, or the try to make one, ended. */
export interface Ended {
  error: unknown;
  code: string;
  isTransient: boolean;
  heldMs: number;
  /** The gateway said that it restarts, and how long it takes. */
  restartMs?: number;
}

/** Connects once and holds the connection until it ends; tells, and puts on record, what became of it. */
export async function holdConnection(ctx: Context, hold: Hold): Promise<Ended> {
  const { target, stopping } = hold;
  const held = { heldMs: 0 };
  try {
    const frames = createFrameGate();
    const client = await openTarget(ctx, target, {
      ...{ caps: SUPERVISOR_CAPS, onEvent: frames.take, signal: stopping },
    });
    try {
      throw await use(ctx, hold, client, { frames, held });
    } finally {
      client.close();
    }
  } catch (error) {
    const failure = toFailure(ctx, target.gatewayId, error);
    if (!stopping.aborted)
      await recordFailure(ctx, target.gatewayId, { ...failure, needsAttention: !failure.isTransient }).catch((err) =>
        ctx.log.warn({ err, gateway_id: target.gatewayId }, 'the state of a gateway could not be noted'),
      );
    return { error, ...failure, ...held };
  }
}

interface Use {
  frames: ReturnType<typeof createFrameGate>;
  held: { heldMs: number; restartMs?: number };
}

/** Makes an open connection the gateway's, until it is lost; answers how it was. */
async function use(ctx: Context, hold: Hold, client: Client, { frames, held }: Use): Promise<Problem> {
  const { target, listeners, stopping } = hold;
  assertUsable(client);
  await client.call('sessions.subscribe', {});
  const connection = toConnection(target.gatewayId, client);
  const source: FrameSource = { orgId: ctx.orgId, gatewayId: target.gatewayId, connection };
  // Those who catch up may ask for the connection.
  hold.onReady(client);
  await tellConnected(ctx, listeners, source);
  if (stopping.aborted) return new Problem('gateway.unreachable', 502, 'This server stops.');
  await recordConnected(ctx, target.gatewayId, client.hello);
  frames.open((frame) => {
    if (frame.event === 'shutdown') held.restartMs = Shutdown.safeParse(frame.payload).data?.restartExpectedMs ?? 0;
    tellFrame(ctx, listeners, source, frame);
  });
  const readyAt = performance.now();
  const { code } = await client.closed;
  held.heldMs = performance.now() - readyAt;
  if (code === RESTART_CLOSE) held.restartMs ??= 0;
  return toLost(code, held.restartMs);
}

/** Holds frames back until it is opened. */
function createFrameGate() {
  let waiting: GatewayFrame[] | undefined = [];
  let pass: (frame: GatewayFrame) => void = () => undefined;
  return {
    take(frame: GatewayFrame) {
      if (waiting) waiting.push(frame);
      else pass(frame);
    },
    open(listener: (frame: GatewayFrame) => void) {
      pass = listener;
      const held = waiting ?? [];
      waiting = undefined;
      for (const frame of held) pass(frame);
    },
  };
}

/** Throws {@link ConnectFailure} for a gateway that lets us in but is of no use. */
function assertUsable({ hello }: Client): void {
  if (hello.scopes.length === 0) throw new ConnectFailure({ code: 'gateway.scopes_empty', facts: {} });
  const verdict = judgeVersion(hello.serverVersion);
  if (verdict === 'old')
    throw new ConnectFailure({ code: 'gateway.version_old', facts: { version: hello.serverVersion } });
}

async function tellConnected({ log }: Context, listeners: Listeners, source: FrameSource): Promise<void> {
  const told = Promise.allSettled(listeners.connected.map(async (listener) => listener(source)));
  const results = await Promise.race([told, sleep(CATCH_UP_MS, [], { ref: false })]);
  for (const result of results)
    if (result.status === 'rejected')
      log.warn({ err: result.reason, gateway_id: source.gatewayId }, 'catching up with a gateway failed');
}

/** A listener that throws all the same must not take the connection, or the process, with it. */
function tellFrame({ log }: Context, listeners: Listeners, source: FrameSource, frame: GatewayFrame): void {
  for (const listener of listeners.frame) {
    try {
      listener(source, frame);
    } catch (error) {
      log.error({ err: error, gateway_id: source.gatewayId, event: frame.event }, 'a frame of a gateway was not taken');
    }
  }
}

const toLost = (closeCode: number, restartMs: number | undefined): Problem =>
  restartMs !== undefined
    ? new Problem('gateway.restarting', 502, 'The gateway restarts.')
    : new Problem('gateway.unreachable', 502, `The connection to the gateway was lost (${closeCode}).`);

/** What is shown of a failure: of a gateway its diagnosis; of a defect of ours that it was one. */
function toFailure({ log }: Context, gatewayId: string, error: unknown) {
  if (error instanceof ConnectFailure)
    return { code: error.diagnosis, message: error.message, isTransient: error.isTransient };
  if (error instanceof Problem) return { code: error.code, message: error.message, isTransient: true };
  log.error({ err: error, gateway_id: gatewayId }, 'a connection to a gateway failed here');
  return { code: 'gateway.unreachable', message: 'The connection failed on this server.', isTransient: true };
}
