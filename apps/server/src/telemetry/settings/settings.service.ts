import { createRedactor } from '@mission-control/policy/redact';
import { saveBundlesStale } from '#server/agents/index.ts';
import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { Problem } from '#server/platform/problem.ts';
import { ensureTelemetryPartitions } from '../retention/retention.store.ts';
import { settingsUpdated } from './settings.events.ts';
import type { TelemetrySettings, TelemetrySettingsState, TelemetrySettingsUpdate } from './settings.schema.ts';
import { saveSettings } from './settings.store.ts';

/**
 * Replaces the settings and makes every agent's bundle stale, so that processes fetch them.
 * Throws `request.invalid` for a path that cannot be read, `settings.version_conflict`.
 */
export async function updateSettings(
  ctx: Context,
  { settings, version }: TelemetrySettingsUpdate,
): Promise<TelemetrySettingsState> {
  assertReadablePaths(settings);
  // What is kept longer from now on needs its days back before the first old run arrives.
  await ensureTelemetryPartitions(ctx, settings.retention.full_hours);
  return inTransaction(ctx, async (tx) => {
    const saved = await saveSettings(tx, settings, version);
    if (!saved)
      throw new Problem(
        'settings.version_conflict',
        409,
        'The settings were changed by someone else. Read them again.',
      );
    await saveBundlesStale(tx);
    await publish(tx, settingsUpdated, { subjectId: tx.orgId, data: { settings, version: saved.version } });
    return saved;
  });
}

function assertReadablePaths({ redaction }: TelemetrySettings): void {
  try {
    createRedactor(redaction);
  } catch (error) {
    throw error instanceof RangeError ? unreadablePath(error) : error;
  }
}

const unreadablePath = ({ message }: RangeError): Problem => new Problem('request.invalid', 422, message);
