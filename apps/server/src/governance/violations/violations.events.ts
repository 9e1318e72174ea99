import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { Violation } from './violations.schema.ts';

const data = z.object({ violation: Violation });
const topics = () => ['violations'];

export const violationCreated = defineEvent({ type: 'violation.created', subject: 'violation', schema: data, topics });
export const violationUpdated = defineEvent({ type: 'violation.updated', subject: 'violation', schema: data, topics });
