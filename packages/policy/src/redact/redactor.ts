import { changeAt, type RedactionSite } from './paths.ts';
import { compileRules, type RedactionSettings } from './rules.ts';
import { hasAnchor } from './secrets/scanners.ts';
import { hasSensitiveKey } from './text.ts';
import { redactWhole, walk, walkText } from './walk.ts';

export interface RedactorOptions {
  /** Keyed hash of a secret as hex, for mode `hash`; without it `hash` masks. */
  hash?: (secret: string) => string;
}

export interface Redactor {
  /** Whether raw JSON or plain text is worth redacting. False is certain and costs one pass over the text. */
  mayHoldSecret: (text: string, site?: RedactionSite) => boolean;
  /** Redacts a JSON value. What did not change is not copied. */
  redactJson: (value: unknown, site?: RedactionSite) => { value: unknown; changed: boolean };
  /** Redacts plain text; text that is itself a JSON object or array is redacted as such. */
  redactText: (text: string) => { text: string; changed: boolean };
}

/** ASCII written as `\u00xx` would hide an anchor from the look at raw JSON. */
const ESCAPED_ASCII = /\\u00[2-7]/;

/**
 * Makes a redactor of the built-in key rules and scanners (telemetry protocol §4), extended or loosened by `settings`.
 * Order: paths, then keys, then scanners. Redacting twice changes nothing more. Throws RangeError for a path it
 * cannot read.
 */
export function createRedactor(settings: RedactionSettings = {}, options: RedactorOptions = {}): Redactor {
  const rules = compileRules(settings, options.hash);
  const change = rules.paths.filter((path) => path.mode !== 'keep');
  const keep = rules.paths.filter((path) => path.mode === 'keep');
  return {
    mayHoldSecret: (text, site) =>
      (rules.scanners && hasAnchor(text)) ||
      hasSensitiveKey(rules, text) ||
      ESCAPED_ASCII.test(text) ||
      change.some((path) => path.applies(site)),
    redactJson: (value, site) => {
      let redacted = value;
      for (const { segments, mode, applies } of change) {
        const kind = segments.at(-1) ?? 'path';
        if (applies(site)) redacted = changeAt(redacted, segments, (found) => redactWhole(rules, found, kind, mode));
      }
      redacted = walk(rules, redacted, 0);
      for (const { segments, applies } of keep) {
        if (applies(site)) redacted = restore(redacted, value, segments);
      }
      return { value: redacted, changed: redacted !== value };
    },
    redactText: (text) => {
      const redacted = walkText(rules, text, 0);
      return { text: redacted, changed: redacted !== text };
    },
  };
}

/** Puts back what stood at a path. */
function restore(redacted: unknown, original: unknown, segments: string[]): unknown {
  const originals: unknown[] = [];
  changeAt(original, segments, (found) => {
    originals.push(found);
    return found;
  });
  let next = 0;
  return changeAt(redacted, segments, () => originals[next++]);
}
