import { z } from 'zod';
import { HealthColour, HealthReason } from '#server/agents/index.ts';
import { defineEvent } from '#server/platform/events/publish.ts';

export const healthChanged = defineEvent({
  type: 'agent.health_changed',
  subject: 'agent',
  schema: z.object({ agent_id: z.uuid(), health: HealthColour, health_reasons: z.array(HealthReason) }),
  topics: () => ['health'],
});
