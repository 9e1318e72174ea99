import { useQuery } from '@tanstack/react-query';
import { jobQuery } from '#console/api/queries/govern/jobs.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { jobLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import type { Sync } from './use-syncs.ts';

/** What a sync came to, with everything it complains of. */
export function SyncOutcome({ sync }: { sync: Sync }) {
  switch (sync.kind) {
    case 'queued':
      return <MarkedWord look={{ tone: 'idle', shape: 'ring', word: 'Its turn comes' }} />;
    case 'reading':
      return <MarkedWord look={{ tone: 'run', shape: 'target', word: 'Reading the repository' }} />;
    case 'failed':
      return (
        <p role="alert" className="text-bad">
          <ForeignText text={sync.message} />
        </p>
      );
    case 'ended':
      return sync.result.state === 'running' ? <SyncJob id={sync.result.job_id} /> : <Result result={sync.result} />;
  }
}

/** A large repository is read on as a job. */
function SyncJob({ id }: { id: string }) {
  const job = useQuery(jobQuery(id)).data;
  if (!job) return <MarkedWord look={jobLooks.running} />;
  return (
    <p className="flex flex-wrap items-center gap-x-3">
      <MarkedWord look={jobLooks[job.state]} />
      {job.progress && (
        <span className="num text-fg-2">
          {job.progress.done} of {job.progress.total}
        </span>
      )}
      {job.error && (
        <span className="text-bad">
          <ForeignText text={job.error.message} />
        </span>
      )}
    </p>
  );
}

function Result({ result }: { result: Extract<Sync, { kind: 'ended' }>['result'] }) {
  const { synced, created, updated, removed, warnings } = result;
  return (
    <div role="status" className="grid gap-1">
      <p className="num">
        {plural(synced, 'skill')}: {created} new, {updated} changed, {removed} stale.
      </p>
      {warnings.length > 0 && (
        <details open={warnings.length <= 5}>
          <summary className="cursor-pointer text-warn">{plural(warnings.length, 'warning')}</summary>
          <ul className="mt-1 grid list-disc gap-0.5 pl-5 text-sm text-fg-2">
            {warnings.map((warning) => (
              <li key={warning} className="break-words">
                <ForeignText text={warning} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
