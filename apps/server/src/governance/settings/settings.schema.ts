import { z } from 'zod';
import { RiskWeights } from '../risk/risk.schema.ts';

export const GovernanceSettings = z
  .object({
    second_person: z
      .boolean()
      .default(false)
      .describe('Whether another admin must agree before a policy is activated, an exception made or a kill released.'),
    risk_weights: RiskWeights.prefault({}).describe('`risk = 1 − Π(1 − w)` over what applies.'),
  })
  .meta({ id: 'GovernanceSettings' });
export type GovernanceSettings = z.infer<typeof GovernanceSettings>;

export const GovernanceSettingsState = z
  .object({
    settings: GovernanceSettings,
    version: z.int().describe('Grows with every change; 0 until the first.'),
    updated_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'GovernanceSettingsState' });
export type GovernanceSettingsState = z.infer<typeof GovernanceSettingsState>;

/** Replaces the settings. `version` is the one that was read; another answers 409 `settings.version_conflict`. */
export const GovernanceSettingsUpdate = z
  .object({ settings: GovernanceSettings, version: z.int().min(0) })
  .meta({ id: 'GovernanceSettingsUpdate' });
export type GovernanceSettingsUpdate = z.infer<typeof GovernanceSettingsUpdate>;
