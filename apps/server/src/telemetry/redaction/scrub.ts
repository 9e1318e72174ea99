import { createRedactor, type RedactionSite, type Redactor } from '@mission-control/policy/redact';
import type { TelemetrySettings } from '../settings/settings.schema.ts';
import { createHarmlessCheck } from './harmless.rules.ts';

/** An organization's rules, compiled once per version of its settings. */
export interface ScrubRules {
  redactor: Redactor;
  isHarmless: (value: unknown) => boolean;
  /** Payloads are not stored at all. */
  metadataOnly: boolean;
  /** Some rule speaks of a place in a payload, whatever stands there. */
  hasPaths: boolean;
}

export function toScrubRules({ capture, redaction }: TelemetrySettings): ScrubRules {
  const redactor = createRedactor(redaction);
  return {
    redactor,
    isHarmless: createHarmlessCheck(redactor),
    metadataOnly: capture === 'metadata',
    hasPaths: redaction.rules.some(({ path }) => /[.[]/.test(path)),
  };
}

/** Redacts what a batch carries, before anything of it is stored. */
export interface Scrubber {
  metadataOnly: boolean;
  /** How many values were changed: the process should have done it. */
  changed: number;
  /** Whether raw JSON text is worth parsing for redaction. */
  mayHoldSecret(json: string): boolean;
  text(value: string): string;
  json(value: unknown, site?: RedactionSite): { value: unknown; changed: boolean };
}

export function createScrubber({ redactor, isHarmless, metadataOnly, hasPaths }: ScrubRules): Scrubber {
  return {
    metadataOnly,
    changed: 0,
    mayHoldSecret: (json) => hasPaths || redactor.mayHoldSecret(json),
    text(value) {
      if (isHarmless(value)) return value;
      const { text, changed } = redactor.redactText(value);
      if (changed) this.changed++;
      return text;
    },
    json(value, site) {
      if (!hasPaths && isHarmless(value)) return { value, changed: false };
      const redacted = redactor.redactJson(value, site);
      if (redacted.changed) this.changed++;
      return redacted;
    },
  };
}
