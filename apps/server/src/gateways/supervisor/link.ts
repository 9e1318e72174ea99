import { setTimeout as sleep } from 'node:timers/promises';
import { type Platform, systemContext } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { Link } from '../connections/pool.ts';
import type { Client } from '../rpc/client.ts';
import { toRetryMs } from './backoff.rules.ts';
import { type Hold, holdConnection, type Listeners } from './hold.ts';

/** A connection that held this long was a good one. */
const STEADY_MS = 10_000;
/** Whoever asks right after a failure gets that failure. */
const FRESH_MS = 1_000;

/** One gateway's connection, kept open until it is stopped. */
export interface SupervisedLink extends Link {
  /** Tries now, if it waits for the next try. */
  wake(): void;
  stop(): Promise<void>;
}

interface Attempt {
  outcome: Promise<Client>;
  succeed(client: Client): void;
  fail(error: unknown): void;
}

function createAttempt(): Attempt {
  let [succeed, fail]: [Attempt['succeed'], Attempt['fail']] = [() => undefined, () => undefined];
  const outcome = new Promise<Client>((resolve, reject) => {
    [succeed, fail] = [resolve, reject];
  });
  outcome.catch(() => undefined); // nobody need wait for it
  return { outcome, succeed, fail };
}

/** Begins to connect, and goes on for ever. */
export function createLink(
  platform: Platform,
  orgId: string,
  target: Hold['target'],
  listeners: Listeners,
): SupervisedLink {
  const ctx = systemContext(platform, orgId);
  const stopping = new AbortController();
  let waking = new AbortController();
  let attempt = createAttempt();
  let lastFailure: { error: unknown; at: number } | undefined;
  let current: Client | undefined;

  async function keepConnected(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      const ending = await holdConnection(ctx, {
        ...{ target, listeners, stopping: stopping.signal },
        onReady(client) {
          current = client;
          attempt.succeed(client);
        },
      });
      current = undefined;
      if (stopping.signal.aborted) break;
      lastFailure = { error: ending.error, at: performance.now() };
      attempt.fail(ending.error);
      attempt = createAttempt();
      failures = ending.heldMs > STEADY_MS ? 1 : failures + 1;
      const waitMs = toRetryMs({ ...ending, failures }, Math.random());
      waking = new AbortController();
      // A wake or a stop ends the wait at once; the loop's condition acts on it.
      await sleep(waitMs, undefined, { signal: AbortSignal.any([waking.signal, stopping.signal]) }).catch(
        () => undefined,
      );
    }
  }
  const keeping = keepConnected().catch((error) =>
    platform.log.error({ err: error, gateway_id: target.gatewayId }, 'a link to a gateway broke'),
  );

  return {
    orgId,
    async reach() {
      if (current) return current;
      if (lastFailure && performance.now() - lastFailure.at < FRESH_MS) throw lastFailure.error;
      waking.abort();
      return attempt.outcome;
    },
    wake: () => waking.abort(),
    async stop() {
      stopping.abort();
      current?.close();
      attempt.fail(new Problem('gateway.unreachable', 502, 'The connection to the gateway was closed.'));
      await keeping;
    },
  };
}
