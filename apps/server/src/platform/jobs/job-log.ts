import { Logger } from 'graphile-worker';
import type { Log } from '../log/log.ts';

/** Its info is our debug: a line per job would drown the rest. */
const LEVELS = { error: 'error', warning: 'warn', info: 'debug', debug: 'debug' } as const;

/** graphile-worker's messages in our log. */
export const toJobLogger = (log: Log): Logger =>
  new Logger((scope) => (level, message) => {
    log[LEVELS[level]]({ job: scope.taskIdentifier, job_id: scope.jobId }, message);
  });
