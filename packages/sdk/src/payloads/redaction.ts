import type { RedactionSite, Redactor } from '@mission-control/policy/redact';
import type { RedactCallback } from '../settings.ts';
import type { CapturedText } from './capture.ts';

const SLOW_MS = 5;
const WINDOW = 15;

export interface RedactedText {
  text: string;
  changed: boolean;
}

/** The host's own redaction, timed: once its median exceeds 5 ms it is no longer called and payloads are dropped. */
export interface TimedCallback {
  /** The changed value, or undefined when the callback is off or failed: the payload must not be sent then. */
  apply: (value: unknown, site: RedactionSite | undefined) => { value: unknown } | undefined;
}

/** Rules and scanners first, then the host's callback. Undefined: the payload must not leave the process. */
export function redactCaptured(
  captured: CapturedText,
  redactor: Redactor,
  callback: TimedCallback | undefined,
): RedactedText | undefined {
  const redacted = captured.kind === 'text' ? redactor.redactText(captured.text) : redactJsonText(captured, redactor);
  if (!callback) return redacted;
  const before: unknown = captured.kind === 'text' ? redacted.text : JSON.parse(redacted.text);
  const applied = callback.apply(before, captured.site);
  if (!applied) return undefined;
  const text =
    captured.kind === 'text' && typeof applied.value === 'string'
      ? applied.value
      : JSON.stringify(applied.value ?? null);
  return { text, changed: redacted.changed || text !== redacted.text };
}

function redactJsonText({ text, site }: CapturedText, redactor: Redactor): RedactedText {
  if (!redactor.mayHoldSecret(text, site)) return { text, changed: false };
  const { value, changed } = redactor.redactJson(JSON.parse(text), site);
  return changed ? { text: JSON.stringify(value) ?? 'null', changed } : { text, changed };
}

/** Watches over the host's redaction callback. `onSlow` counts each payload that is dropped because of it. */
export function timeCallback(callback: RedactCallback, onDrop: () => void): TimedCallback {
  const durations: number[] = [];
  let isOff = false;
  const drop = (): undefined => {
    onDrop();
    return undefined;
  };
  return {
    apply: (value, site) => {
      if (isOff) return drop();
      const start = performance.now();
      try {
        return { value: callback(value, site ?? {}) };
      } catch {
        // A callback that fails has not redacted: what it was given must not be sent.
        return drop();
      } finally {
        durations.push(performance.now() - start);
        if (durations.length === WINDOW) isOff = toMedian(durations.splice(0)) > SLOW_MS;
      }
    },
  };
}

const toMedian = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
