import type { Agents } from '#server/agents/index.ts';
import { type Gateways, pruneGatewayRuns } from '#server/gateways/index.ts';
import type { Platform } from '#server/platform/context.ts';
import type { Module } from '#server/platform/module.ts';
import { analyticsRoutes } from './analytics/analytics.routes.ts';
import { sumRollups } from './analytics/summing/summing.jobs.ts';
import { anomalyChanged, anomalyClosed, anomalyOpened } from './anomalies/anomalies.events.ts';
import { anomaliesRoutes } from './anomalies/anomalies.routes.ts';
import { baselineReset } from './anomalies/baselines/baselines.events.ts';
import { baselinesRoutes } from './anomalies/baselines/baselines.routes.ts';
import { learnBaselines } from './anomalies/baselines/learn.jobs.ts';
import { createWatch } from './anomalies/watching/watch.ts';
import { backtestCreated, backtestEnded } from './backtests/backtests.events.ts';
import { backtestWork } from './backtests/backtests.jobs.ts';
import { backtestsRoutes } from './backtests/backtests.routes.ts';
import { RUN_BACKTEST } from './backtests/backtests.service.ts';
import { pruneBacktests } from './backtests/backtests.store.ts';
import { payloadsRoutes } from './blobs/payloads.routes.ts';
import { closeRuns } from './closing/closing.jobs.ts';
import { runsDeleted } from './erasure/erasure.events.ts';
import { eraseRuns } from './erasure/erasure.jobs.ts';
import { erasureRoutes } from './erasure/erasure.routes.ts';
import { pruneCursors } from './gateways/catch-up/cursors.store.ts';
import { createObserver } from './gateways/observer.ts';
import { verdictsRoutes } from './gateways/verdicts/verdicts.routes.ts';
import { createEdgeSummer } from './graph/edges/edges.jobs.ts';
import { graphRoutes } from './graph/graph.routes.ts';
import { healthChanged } from './health/health.events.ts';
import { watchHealth } from './health/health.jobs.ts';
import { healthRecordRoutes } from './health/health.routes.ts';
import { ingestRoutes } from './ingest/ingest.routes.ts';
import { createIngest } from './ingest/ingest.service.ts';
import { createBatchStore } from './ingest/store-batch.ts';
import { metricsRoutes } from './metrics/metrics.routes.ts';
import { otlpRoutes } from './otlp/otlp.routes.ts';
import { createOtlp } from './otlp/otlp.service.ts';
import { settleTraces } from './otlp/settling/settling.jobs.ts';
import { pruneTraces } from './otlp/settling/settling.store.ts';
import { createScopes } from './reading/scopes.ts';
import { keepPartitions } from './retention/retention.jobs.ts';
import { removeTelemetry } from './retention/retention.store.ts';
import { foldClosedRollups } from './rollups/rollups.jobs.ts';
import { runUpdated } from './runs/runs.events.ts';
import { runsRoutes } from './runs/runs.routes.ts';
import { settingsUpdated } from './settings/settings.events.ts';
import { settingsRoutes } from './settings/settings.routes.ts';
import { shadowsRoutes } from './shadows/shadows.routes.ts';
import { stepsRoutes } from './steps/steps.routes.ts';
import { pruneBatches } from './writer/batches.store.ts';

export { type Graph, GraphQuery } from './graph/graph.schema.ts';
export { readGraph } from './graph/read-graph.ts';
export { toDiff } from './graph/shape/diff.rules.ts';
export { findListPrice } from './prices/builtin.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** Telemetry: what processes report, stored once, summed, and read. */
export function createTelemetry(platform: Platform, agents: Agents, gateways: Gateways): Module {
  const batches = createBatchStore(platform);
  const openScope = createScopes(platform);
  const ingest = createIngest(platform, agents, { batches, openScope });
  const watch = createWatch();
  const observer = createObserver({ platform, batches, openScope }, gateways);
  return {
    name: 'telemetry',
    routes: [
      ingestRoutes(ingest),
      runsRoutes,
      erasureRoutes,
      stepsRoutes,
      payloadsRoutes,
      metricsRoutes,
      analyticsRoutes,
      settingsRoutes,
      healthRecordRoutes,
      verdictsRoutes(platform),
      backtestsRoutes,
      shadowsRoutes,
      anomaliesRoutes,
      baselinesRoutes,
      graphRoutes,
    ],
    rootRoutes: [otlpRoutes(createOtlp(platform, openScope))],
    events: [
      runUpdated,
      runsDeleted,
      settingsUpdated,
      healthChanged,
      backtestCreated,
      backtestEnded,
      anomalyOpened,
      anomalyChanged,
      anomalyClosed,
      baselineReset,
    ],
    work: { [RUN_BACKTEST]: backtestWork },
    reactions: [{ to: 'organization.deleted', within: removeTelemetry }],
    recurring: [
      { name: 'health.watch', everyMs: 10 * SECOND_MS, run: watchHealth },
      { name: 'baselines.learn', everyMs: 60 * SECOND_MS, run: learnBaselines },
      { name: 'anomalies.watch_agents', everyMs: 10 * SECOND_MS, run: watch.watchAgents },
      { name: 'anomalies.watch_runs', everyMs: 5 * SECOND_MS, run: watch.watchRuns },
      { name: 'otlp_traces.settle', everyMs: 5 * SECOND_MS, run: settleTraces({ batches, openScope }) },
      { name: 'otlp_traces.prune', everyMs: HOUR_MS, run: pruneTraces },
      { name: 'runs.erase', everyMs: 10 * SECOND_MS, run: eraseRuns },
      { name: 'runs.close', everyMs: 15 * SECOND_MS, run: closeRuns },
      { name: 'rollups.sum', everyMs: 300 * SECOND_MS, run: sumRollups },
      { name: 'rollups.fold', everyMs: 60 * SECOND_MS, run: foldClosedRollups },
      { name: 'graph_edges.sum', everyMs: 10 * SECOND_MS, run: createEdgeSummer() },
      { name: 'partitions.keep', everyMs: HOUR_MS, run: keepPartitions },
      { name: 'telemetry_batches.prune', everyMs: HOUR_MS, run: pruneBatches },
      { name: 'backtests.prune', everyMs: HOUR_MS, run: pruneBacktests },
      { name: 'gateway_runs.prune', everyMs: HOUR_MS, run: pruneGatewayRuns },
      { name: 'gateway_session_cursors.prune', everyMs: HOUR_MS, run: pruneCursors },
    ],
    async start() {
      await keepPartitions(platform);
      await batches.start();
    },
    async close() {
      await observer.close();
      await batches.close();
    },
  };
}
