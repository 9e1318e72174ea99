import { findUnsealedSince } from '#server/governance/index.ts';
import type { Platform } from '#server/platform/context.ts';
import { dropPartitionsBefore, ensurePartitions } from '#server/platform/postgres/partitions.ts';

const HOUR_MS = 3_600_000;
const DAYS_AHEAD = 3;

/** Keeps the daily partitions of `events`: some days ahead, and none behind the retention that the audit trail has read. */
export async function eventPartitions(platform: Platform): Promise<void> {
  const now = platform.now();
  const oldest = new Date(now.getTime() - platform.config.eventRetentionHours * HOUR_MS);
  await ensurePartitions(platform.db, 'events', now, new Date(now.getTime() + DAYS_AHEAD * 24 * HOUR_MS));
  const unsealed = await findUnsealedSince(platform);
  await dropPartitionsBefore(platform.db, 'events', unsealed && unsealed < oldest ? unsealed : oldest);
}
