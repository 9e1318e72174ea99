import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { GovernanceSettings } from './settings.schema.ts';

export const governanceSettingsUpdated = defineEvent({
  type: 'governance_settings.updated',
  subject: 'organization',
  schema: z.object({ settings: GovernanceSettings, version: z.int() }),
  audit: ({ settings, version }) => ({ settings, version }),
});
