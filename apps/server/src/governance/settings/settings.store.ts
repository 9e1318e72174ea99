import type { Context, TxContext } from '#server/platform/context.ts';
import { GovernanceSettings, type GovernanceSettingsState } from './settings.schema.ts';

/** The organization's settings; the defaults at version 0 until they were changed. */
export async function getGovernanceSettings({ db, orgId }: Context): Promise<GovernanceSettingsState> {
  const row = await db
    .selectFrom('governance_settings')
    .select(['settings', 'version', 'updated_at'])
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  return row
    ? { ...row, settings: GovernanceSettings.parse(row.settings) }
    : { settings: GovernanceSettings.parse({}), version: 0, updated_at: null };
}

/** Saves settings over the version that was read; undefined when another change came first. */
export async function saveGovernanceSettings(
  { db, orgId, now }: TxContext,
  settings: GovernanceSettings,
  version: number,
): Promise<GovernanceSettingsState | undefined> {
  const values = { settings: JSON.stringify(settings), version: version + 1, updated_at: now() };
  const row = await db
    .insertInto('governance_settings')
    .values({ ...values, org_id: orgId })
    .onConflict((conflict) =>
      conflict.column('org_id').doUpdateSet(values).where('governance_settings.version', '=', version),
    )
    .returning(['version', 'updated_at'])
    .executeTakeFirst();
  return row && { ...row, settings };
}
