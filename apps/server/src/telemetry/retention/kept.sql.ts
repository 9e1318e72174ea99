import { sql } from 'kysely';
import { TelemetrySettings } from '../settings/settings.schema.ts';

const { full_hours: DEFAULT_HOURS } = TelemetrySettings.parse({}).retention;

/** Since when an organization's full data may be shown: rows older than its own limit are hidden before they are dropped. */
export const keptSince = (
  orgId: string,
  now: Date,
) => sql<string>`${now}::timestamptz - make_interval(hours => coalesce(
  (select (settings->'retention'->>'full_hours')::int from telemetry_settings where org_id = ${orgId}), ${DEFAULT_HOURS}))`;
