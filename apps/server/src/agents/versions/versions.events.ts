import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

const data = z.object({ agent_id: z.uuid(), version_id: z.uuid(), number: z.int() });
const topics = () => ['agents'];

const versionEvent = (type: string) =>
  defineEvent({
    type,
    subject: 'agent',
    schema: data,
    topics,
    audit: ({ version_id, number }) => ({ version_id, number }),
  });

export const versionCreated = versionEvent('version.created');
export const versionActivated = versionEvent('version.activated');
