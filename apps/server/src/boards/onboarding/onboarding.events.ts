import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { BoardOnboardingRead } from './onboarding.schema.ts';

/** What is said in an onboarding is nobody else's business: facts tell only how it stands. */
const schema = z.object({ onboarding: BoardOnboardingRead.pick({ id: true, status: true, dispatch_state: true }) });

export const onboardingUpdated = defineEvent({
  type: 'onboarding.updated',
  subject: 'onboarding',
  schema,
  topics: () => ['activity'],
  audit: ({ onboarding: { status, dispatch_state } }) => ({ status, dispatch_state }),
});
