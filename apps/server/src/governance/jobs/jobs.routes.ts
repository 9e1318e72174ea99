import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { JobAccepted, JobQuery, JobRead } from './jobs.schema.ts';
import { deleteJob, getJob, retryJob } from './jobs.service.ts';
import { listJobs } from './jobs.store.ts';

const tags = ['jobs'];
const params = z.object({ job_id: z.uuid() });

export function jobsRoutes(router: Router): void {
  router.get(
    '/jobs/:job_id',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'getJob',
        tags,
        summary: 'What became of work in the background.',
        params,
        response: { 200: JobRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { job_id } }) => getJob(ctx, job_id),
  );

  router.get(
    '/jobs',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'listJobs',
        tags,
        summary: 'Work in the background, newest first; `state=dead` is the dead-letter list.',
        querystring: JobQuery,
        response: { 200: cursorPage(JobRead), ...problems(403) },
      },
    },
    async ({ ctx, query }) => {
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      return toPage(await listJobs(ctx, query, after), query.limit, ({ created_at, id }) => [created_at, id]);
    },
  );

  router.post(
    '/jobs/:job_id/retry',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'retryJob',
        tags,
        summary: 'Try again what gave up, or sooner what waits for its next try.',
        params,
        response: { 202: JobAccepted, ...problems(403, 404, 409) },
      },
    },
    async ({ ctx, params: { job_id } }, reply) => {
      await retryJob(ctx, job_id);
      return reply.code(202).send({ job_id });
    },
  );

  router.delete(
    '/jobs/:job_id',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'deleteJob',
        tags,
        summary: 'Forget a job that is not to be done any more.',
        params,
        response: { 204: z.null(), ...problems(403, 404, 409) },
      },
    },
    async ({ ctx, params: { job_id } }, reply) => {
      await deleteJob(ctx, job_id);
      return reply.code(204).send(null);
    },
  );
}
