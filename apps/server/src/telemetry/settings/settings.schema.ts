import { z } from 'zod';

export const RedactionMode = z.enum(['mask', 'hash', 'drop', 'keep']);
export type RedactionMode = z.infer<typeof RedactionMode>;

/**
 * What happens to a value. `path` is a whole key in any case (`iban`), a path from the root of a payload
 * (`customer.email`, `items[*].iban`), or one into a tool's payload (`$.tools["billing/*"].args.iban`).
 */
export const RedactionRule = z
  .object({ path: z.string().min(1).max(256), mode: RedactionMode })
  .meta({ id: 'RedactionRule' });
export type RedactionRule = z.infer<typeof RedactionRule>;

const rate = z.number().min(0).max(1);
const rates = z.record(z.string().max(128), rate).refine((value) => Object.keys(value).length <= 500);

/** How telemetry of an organization is captured and kept. Travels in the bundle of every agent. */
export const TelemetrySettings = z
  .object({
    capture: z.enum(['full', 'metadata']).default('full').describe('`metadata` stores no payload at all.'),
    redaction: z
      .object({
        scanners: z.boolean().default(true).describe('Look for e-mail addresses, keys, tokens and card numbers.'),
        rules: z.array(RedactionRule).max(200).default([]),
      })
      .prefault({})
      .describe('`rules` extend or loosen the built-in ones for common names of secrets.'),
    sampling: z
      .object({
        rate: rate.default(1).describe('Share of run trees whose payloads are kept; failed runs always are.'),
        agent_types: rates.default({}),
        agents: rates.default({}).describe('By slug.'),
      })
      .prefault({}),
    retention: z
      .object({
        full_hours: z.int().min(1).max(720).default(72),
        aggregate_days: z.int().min(1).max(400).default(30),
      })
      .prefault({}),
  })
  .meta({ id: 'TelemetrySettings' });
export type TelemetrySettings = z.infer<typeof TelemetrySettings>;

export const TelemetrySettingsState = z
  .object({
    settings: TelemetrySettings,
    version: z.int().describe('Grows with every change; 0 until the first.'),
    updated_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'TelemetrySettingsState' });
export type TelemetrySettingsState = z.infer<typeof TelemetrySettingsState>;

/** Replaces the settings. `version` is the one that was read; another answers 409 `settings.version_conflict`. */
export const TelemetrySettingsUpdate = z
  .object({ settings: TelemetrySettings, version: z.int().min(0) })
  .meta({ id: 'TelemetrySettingsUpdate' });
export type TelemetrySettingsUpdate = z.infer<typeof TelemetrySettingsUpdate>;
