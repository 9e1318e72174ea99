import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { Problem } from '#server/platform/problem.ts';
import { governanceSettingsUpdated } from './settings.events.ts';
import type { GovernanceSettingsState, GovernanceSettingsUpdate } from './settings.schema.ts';
import { saveGovernanceSettings } from './settings.store.ts';

/** Replaces the settings; they hold for what is assessed from now on. Throws `settings.version_conflict`. */
export function updateGovernanceSettings(
  ctx: Context,
  { settings, version }: GovernanceSettingsUpdate,
): Promise<GovernanceSettingsState> {
  return inTransaction(ctx, async (tx) => {
    const saved = await saveGovernanceSettings(tx, settings, version);
    if (!saved)
      throw new Problem(
        'settings.version_conflict',
        409,
        'The settings were changed by someone else. Read them again.',
      );
    await publish(tx, governanceSettingsUpdated, { subjectId: tx.orgId, data: { settings, version: saved.version } });
    return saved;
  });
}
