import type { Platform } from '#server/platform/context.ts';
import { findLongestRetention } from '../settings/settings.store.ts';
import { dropTelemetryPartitions, ensureTelemetryPartitions } from './retention.store.ts';

/** Makes the partitions that are needed and drops those that nobody keeps. */
export async function keepPartitions(platform: Platform): Promise<void> {
  const { full_hours: fullHours, aggregate_days: aggregateDays } = await findLongestRetention(platform.db);
  await ensureTelemetryPartitions(platform, fullHours);
  await dropTelemetryPartitions(platform, { fullHours, aggregateDays });
}
