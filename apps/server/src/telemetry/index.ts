import type { Agents } from '#server/agents/index.ts';
import type { Platform } from '#server/platform/context.ts';
import type { Module } from '#server/platform/module.ts';
import { payloadsRoutes } from './blobs/payloads.routes.ts';
import { ingestRoutes } from './ingest/ingest.routes.ts';
import { createIngest } from './ingest/ingest.service.ts';
import { metricsRoutes } from './metrics/metrics.routes.ts';
import { keepPartitions } from './retention/retention.jobs.ts';
import { runUpdated } from './runs/runs.events.ts';
import { runsRoutes } from './runs/runs.routes.ts';
import { settingsUpdated } from './settings/settings.events.ts';
import { settingsRoutes } from './settings/settings.routes.ts';
import { stepsRoutes } from './steps/steps.routes.ts';

const HOUR_MS = 3_600_000;

/** Telemetry: what processes report, stored once, summed, and read. */
export function createTelemetry(platform: Platform, agents: Agents): Module {
  const ingest = createIngest(platform, agents);
  return {
    name: 'telemetry',
    routes: [ingestRoutes(ingest), runsRoutes, stepsRoutes, payloadsRoutes, metricsRoutes, settingsRoutes],
    events: [runUpdated, settingsUpdated],
    recurring: [{ name: 'partitions.keep', everyMs: HOUR_MS, run: keepPartitions }],
    async start() {
      await keepPartitions(platform);
      await ingest.start();
    },
    close: () => ingest.close(),
  };
}
