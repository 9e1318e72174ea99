import { z } from 'zod';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { rotateToken } from './rotation.service.ts';

const Payload = z.object({ agent_id: z.uuid() });

export const rotateTokenWork: WorkKind = {
  run: (ctx, job) => rotateToken(ctx, Payload.parse(job.payload).agent_id),
};
