import type { Payload, RunEvent } from '#console/api/contract.ts';

/** A text field of an event as the agent reported it; undefined when it is absent or not a text. */
export function textField(event: RunEvent, name: string): string | undefined {
  const value = event.body[name];
  return typeof value === 'string' ? value : undefined;
}

/** A payload field; a plain value counts as inline. */
export function payloadField(event: RunEvent, name: string): Payload | undefined {
  const value = event.body[name];
  if (value === undefined || value === null) return undefined;
  const isPayload = typeof value === 'object' && ('v' in value || 'b' in value || 'x' in value);
  return isPayload ? (value as Payload) : { v: value };
}
