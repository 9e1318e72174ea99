import { z } from 'zod';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { writeSoul } from './souls.service.ts';

const Payload = z.object({ agent_id: z.uuid() });

export const writeFileWork: WorkKind = {
  run: (ctx, job) => writeSoul(ctx, Payload.parse(job.payload).agent_id),
};
