import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { TelemetrySettings } from './settings.schema.ts';

export const settingsUpdated = defineEvent({
  type: 'telemetry_settings.updated',
  subject: 'organization',
  schema: z.object({ settings: TelemetrySettings, version: z.int() }),
  audit: ({ settings, version }) => ({ settings, version }),
});
