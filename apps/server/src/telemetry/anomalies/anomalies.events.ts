import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { Anomaly } from './anomalies.schema.ts';

const AnomalyFact = z.object({ anomaly: Anomaly });

const anomalyEvent = (type: string, toMessage: (anomaly: Anomaly) => string) =>
  defineEvent({
    type,
    subject: 'anomaly',
    schema: AnomalyFact,
    topics: () => ['anomalies'],
    activity: ({ anomaly }) => ({
      message: toMessage(anomaly),
      agentId: anomaly.agent_id,
      data: { anomaly_id: anomaly.id, detector: anomaly.detector },
    }),
    audit: ({ anomaly: { id, agent_id, detector, severity, state, observed, feedback, mute_until } }) => ({
      ...{ anomaly_id: id, agent_id, detector, severity, result: state, observed, feedback, mute_until },
    }),
  });

export const anomalyOpened = anomalyEvent('anomaly.opened', ({ explanation }) => explanation);
export const anomalyChanged = anomalyEvent('anomaly.changed', ({ explanation }) => explanation);
export const anomalyClosed = anomalyEvent(
  'anomaly.closed',
  ({ agent_name, detector }) => `${agent_name}: ${detector.replace('_', ' ')} is as usual again.`,
);
