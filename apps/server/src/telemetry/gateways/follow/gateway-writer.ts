import { setTimeout as wait } from 'node:timers/promises';
import { type Platform, systemContext } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { BatchStore } from '../../ingest/store-batch.ts';
import type { OpenScope } from '../../reading/scopes.ts';
import type { Line } from '../runs/lines.rules.ts';
import type { TrackedRun } from '../runs/tracked-run.ts';

/** Stores lines of runs as every process's batches are stored: the gateway is the producer. */
export interface GatewayWriter {
  /** Resolves when they are stored. Waits while the database is away, until `signal`. */
  write(lines: readonly RunLine[], skewMs: number, signal: AbortSignal): Promise<void>;
}

/** A line of a placed run. */
export interface RunLine {
  run: TrackedRun;
  line: Line;
}

const MAX_LINES = 1_000;
const RETRY_MS = 1_000;

export interface WriterParts {
  platform: Platform;
  batches: BatchStore;
  openScope: OpenScope;
}

export function createGatewayWriter(
  { platform, batches, openScope }: WriterParts,
  { orgId, gatewayId }: { orgId: string; gatewayId: string },
): GatewayWriter {
  const ctx = systemContext(platform, orgId);
  let lastBatch = 0;
  // Microseconds: larger than any number that another instance gave before.
  const nextBatch = () => {
    lastBatch = Math.max(lastBatch + 1, platform.now().getTime() * 1_000);
    return lastBatch;
  };

  const storeOnce = async (batch: number, runs: readonly RunLine[], skewMs: number) => {
    const sentAt = (platform.now().getTime() - skewMs) * 1_000;
    const header = { producer: gatewayId, batch, sdk: null, sentAt, bundles: {}, dropped: {}, self: {}, ack: [] };
    const agents = toProcessAgents(runs);
    const scope = await openScope(ctx, header, { source: 'gateway', agents });
    const lines = runs.map(({ line }) => JSON.stringify(line));
    const bytes = lines.reduce((sum, line) => sum + line.length, 0);
    const { answer } = await batches.store(scope, { header, lines }, bytes);
    if (answer.rejected_total > 0)
      platform.log.warn({ gateway_id: gatewayId, rejected: answer.rejected.slice(0, 5) }, 'lines of a gateway refused');
  };

  const store = async (runs: readonly RunLine[], skewMs: number, signal: AbortSignal) => {
    const batch = nextBatch();
    while (!signal.aborted) {
      try {
        return await storeOnce(batch, runs, skewMs);
      } catch (error) {
        if (!(error instanceof Problem && error.isRetryable)) throw error;
        await wait(RETRY_MS, undefined, { signal }).catch(() => undefined); // stopped: the loop ends
      }
    }
  };

  return {
    async write(lines, skewMs, signal) {
      for (let from = 0; from < lines.length; from += MAX_LINES)
        await store(lines.slice(from, from + MAX_LINES), skewMs, signal);
    },
  };
}

/** The agents of the runs, each under its id: lines name them by it. */
const toProcessAgents = (lines: readonly RunLine[]) =>
  [...new Map(lines.flatMap(({ run: { agent } }) => (agent ? [[agent.id, agent] as const] : []))).values()].map(
    ({ id, version_id }) => ({
      ...{ id, slug: id, agent_type: 'openclaw', version_id },
      ...{ control_state: 'active', control_at: null, bundle: 0 },
    }),
  );
