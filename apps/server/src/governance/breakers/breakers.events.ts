import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { Breaker } from './breakers.schema.ts';

const BreakerFact = z.object({ breaker: Breaker });
export type BreakerFact = z.infer<typeof BreakerFact>;

const breakerEvent = (type: string, toMessage: (breaker: Breaker) => string) =>
  defineEvent({
    type,
    subject: 'breaker',
    schema: BreakerFact,
    topics: () => ['breakers'],
    activity: ({ breaker }) => ({
      message: toMessage(breaker),
      agentId: breaker.agent_id,
      data: { breaker_id: breaker.id, rule: breaker.rule },
    }),
    audit: ({
      breaker: { id, key, rule, agent_id, tool, version_id, state, effect, reason, value, calls, retry_at },
    }) => ({
      ...{ breaker_id: id, key, policy: rule, agent_id, tool, version_id, result: state, effect, reason },
      ...{ value, calls, retry_at },
    }),
  });

const nameOf = ({ key }: Breaker) => `Breaker ${key}`;

export const breakerOpened = breakerEvent(
  'breaker.opened',
  (breaker) => `${nameOf(breaker)} opened: ${breaker.reason ?? 'by hand'}`,
);
export const breakerHalfOpened = breakerEvent(
  'breaker.half_opened',
  (breaker) => `${nameOf(breaker)} is half open: ${breaker.probes} runs will tell.`,
);
export const breakerClosed = breakerEvent(
  'breaker.closed',
  (breaker) => `${nameOf(breaker)} closed: ${breaker.reason ?? 'its probes went well.'}`,
);
/** A person keeps it closed no longer. */
export const breakerReleased = breakerEvent('breaker.released', (breaker) => `${nameOf(breaker)} is judged again.`);
