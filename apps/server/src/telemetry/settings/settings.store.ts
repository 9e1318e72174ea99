import type { TxContext } from '#server/platform/context.ts';
import type { Database } from '#server/platform/postgres/database.ts';
import { TelemetrySettings, type TelemetrySettingsState } from './settings.schema.ts';

/** An organization's settings; the defaults at version 0 until they were changed. */
export async function getSettings(db: Database, orgId: string): Promise<TelemetrySettingsState> {
  const row = await db
    .selectFrom('telemetry_settings')
    .select(['settings', 'version', 'updated_at'])
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  return row
    ? { ...row, settings: TelemetrySettings.parse(row.settings) }
    : { settings: TelemetrySettings.parse({}), version: 0, updated_at: null };
}

/** Saves settings over the version that was read; undefined when another change came first. */
export async function saveSettings(
  { db, orgId, now }: TxContext,
  settings: TelemetrySettings,
  version: number,
): Promise<TelemetrySettingsState | undefined> {
  const values = { settings: JSON.stringify(settings), version: version + 1, updated_at: now() };
  const row = await db
    .insertInto('telemetry_settings')
    .values({ ...values, org_id: orgId })
    .onConflict((conflict) =>
      conflict.column('org_id').doUpdateSet(values).where('telemetry_settings.version', '=', version),
    )
    .returning(['version', 'updated_at'])
    .executeTakeFirst();
  return row && { ...row, settings };
}

/** The longest that any organization keeps its data: a partition may go when all have let it go. */
export async function findLongestRetention(db: Database): Promise<TelemetrySettings['retention']> {
  const rows = await db.selectFrom('telemetry_settings').select('settings').execute();
  const kept = [{}, ...rows.map(({ settings }) => settings)].map(
    (settings) => TelemetrySettings.parse(settings).retention,
  );
  return {
    full_hours: Math.max(...kept.map(({ full_hours }) => full_hours)),
    aggregate_days: Math.max(...kept.map(({ aggregate_days }) => aggregate_days)),
  };
}
