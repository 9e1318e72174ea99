import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

const data = z.object({ agent_id: z.uuid(), version_id: z.uuid(), number: z.int() });
const topics = () => ['agents'];

export const versionCreated = defineEvent({ type: 'version.created', subject: 'agent', schema: data, topics });
export const versionActivated = defineEvent({ type: 'version.activated', subject: 'agent', schema: data, topics });
