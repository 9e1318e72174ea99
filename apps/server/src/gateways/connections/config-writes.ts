import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Context } from '#server/platform/context.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { findTarget } from '../registry/gateways.store.ts';
import { ask } from '../rpc/answers.ts';
import type { GatewayConnection } from './connection.ts';
import { getConnection } from './connections.ts';
import { releaseLeases, takeConfigLease } from './leases.store.ts';

const LEASE_MS = 30_000;
const LOOK_MS = 150;
/** How long a write waits for its turn, and for the gateway to apply it. */
const TURN_MS = 45_000;
const SETTLE_MS = 45_000;
const CALL_MS = 10_000;

const Hashes = z.object({ configRevisionHash: z.string().nullish(), appliedConfigHash: z.string().nullish() });

/**
 * Runs a write of the gateway's configuration alone over all server processes, and waits until the gateway applied it:
 * one answers before, and writes that overlap make it restart. Throws what `write` throws, 502 `gateway.timeout`,
 * `gateway.not_found`, and what {@link getConnection} throws.
 */
export async function writeConfig<T>(
  ctx: Context,
  gatewayId: string,
  write: (connection: GatewayConnection) => Promise<T>,
): Promise<T> {
  if (!(await findTarget(ctx, gatewayId))) throw notFound('gateway', gatewayId);
  const holder = randomUUID();
  const lease = { gatewayId, holder, ms: LEASE_MS };
  await until(ctx, TURN_MS, () => takeConfigLease(ctx, lease), 'Another change of the gateway takes too long.');
  const renewal = setInterval(() => void takeConfigLease(ctx, lease).catch(() => undefined), LEASE_MS / 3);
  try {
    const result = await write(await getConnection(ctx, gatewayId));
    await until(
      ctx,
      SETTLE_MS,
      () => isSettled(ctx, gatewayId),
      'The gateway does not apply a change of its configuration.',
    );
    return result;
  } finally {
    clearInterval(renewal);
    await releaseLeases(ctx, holder);
  }
}

async function until(
  { stopping }: Context,
  limitMs: number,
  isDone: () => Promise<boolean>,
  message: string,
): Promise<void> {
  const startedAt = performance.now();
  while (!(await isDone())) {
    // A server that stops leaves the rest to the next one.
    if (stopping?.aborted || performance.now() - startedAt > limitMs)
      throw new Problem('gateway.timeout', 502, message);
    await sleep(LOOK_MS);
  }
}

/** Whether the gateway runs on the configuration that it has stored; one that restarts meanwhile does not yet. */
async function isSettled(ctx: Context, gatewayId: string): Promise<boolean> {
  try {
    const connection = await getConnection(ctx, gatewayId);
    const hashes = await ask(connection, Hashes, { method: 'config.get', timeoutMs: CALL_MS });
    return hashes.appliedConfigHash === hashes.configRevisionHash;
  } catch (error) {
    if (error instanceof Problem && error.isRetryable) return false;
    throw error;
  }
}
