import { createRedactor, type RedactionSite, type Redactor } from '@mission-control/policy/redact';
import type { TelemetrySettings } from '../settings/settings.schema.ts';

/** An organization's rules, compiled once per version of its settings. */
export interface ScrubRules {
  redactor: Redactor;
  /** Payloads are not stored at all. */
  metadataOnly: boolean;
  /** Some rule speaks of a tool, so that the text of a line cannot clear it. */
  hasPaths: boolean;
}

export const toScrubRules = ({ capture, redaction }: TelemetrySettings): ScrubRules => ({
  redactor: createRedactor(redaction),
  metadataOnly: capture === 'metadata',
  hasPaths: redaction.rules.some(({ path }) => path.startsWith('$.')),
});

/** Redacts what a batch carries, before anything of it is stored. */
export interface Scrubber {
  metadataOnly: boolean;
  /** How many values were changed: the process should have done it. */
  changed: number;
  /** Looks at a raw line: false means that nothing in it needs a second look. */
  suspect: boolean;
  begin(line: string): void;
  text(value: string): string;
  json(value: unknown, site?: RedactionSite): { value: unknown; changed: boolean };
}

export function createScrubber({ redactor, metadataOnly, hasPaths }: ScrubRules): Scrubber {
  return {
    metadataOnly,
    changed: 0,
    suspect: true,
    begin(line) {
      this.suspect = hasPaths || redactor.mayHoldSecret(line);
    },
    text(value) {
      if (!this.suspect) return value;
      const { text, changed } = redactor.redactText(value);
      if (changed) this.changed++;
      return text;
    },
    json(value, site) {
      if (!this.suspect) return { value, changed: false };
      const redacted = redactor.redactJson(value, site);
      if (redacted.changed) this.changed++;
      return redacted;
    },
  };
}
