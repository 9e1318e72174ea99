import type { Payload, RunEvent, Step } from './steps.schema.ts';

const isInline = (payload: unknown): payload is { v: unknown } =>
  typeof payload === 'object' && payload !== null && 'v' in payload;

/** What a caller without `payload:read` sees of a payload: that it is there. */
export const hidePayload = (payload: Payload | null): Payload | null =>
  isInline(payload) ? { x: 'forbidden' } : payload;

export const hideStepPayloads = (step: Step): Step => ({
  ...step,
  in_payload: hidePayload(step.in_payload),
  out_payload: hidePayload(step.out_payload),
});

/** Hides payloads and free values of an event. */
export const hideEventPayloads = (event: RunEvent): RunEvent => ({
  ...event,
  body: Object.fromEntries(
    Object.entries(event.body).map(([field, value]) => [
      field,
      isInline(value) || ['data', 'value', 'ref', 'summary'].includes(field) ? { x: 'forbidden' } : value,
    ]),
  ),
});
