import type { OutboundWebhook } from '#console/api/contract.ts';
import type { StateLook } from '#console/ui/state/mark.tsx';

/** On, switched off by a person, or paused by itself because nothing arrived. */
export function outboundLook({ enabled, paused_reason }: OutboundWebhook): StateLook {
  if (paused_reason !== null) return { tone: 'bad', shape: 'diamond', word: 'Paused' };
  return enabled ? { tone: 'ok', shape: 'dot', word: 'On' } : { tone: 'idle', shape: 'ring', word: 'Off' };
}

/** `every fact`, or how many types. */
export const describeTypes = (types: readonly string[]) =>
  types.includes('*') ? 'every fact' : types.length === 1 ? types[0] : `${types.length} types`;
