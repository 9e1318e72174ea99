import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { JobRead } from './jobs.schema.ts';

const toDetails = ({ id, kind, subject, board_id, error }: JobRead) => ({ job_id: id, kind, subject, board_id, error });

/** `job` is as it is now; what went wrong before stands in the trail. */
export const jobRetried = defineEvent({
  type: 'job.retried',
  subject: 'job',
  schema: z.object({ job: JobRead, before: JobRead }),
  streams: { jobs: ({ data: { job } }) => ({ event: 'job', data: { job } }) },
  audit: ({ before }) => toDetails(before),
});

export const jobDeleted = defineEvent({
  type: 'job.deleted',
  subject: 'job',
  schema: z.object({ job: JobRead }),
  streams: {
    jobs: ({ data: { job } }) => ({
      event: 'deleted',
      data: { type: 'job.deleted', id: job.id, board_id: job.board_id },
    }),
  },
  audit: ({ job }) => toDetails(job),
});
