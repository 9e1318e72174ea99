import { useMutation, useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { toFailure } from '#console/api/problem.ts';
import { jobQuery } from '#console/api/queries/govern/jobs.ts';
import { exportOrganization, toArchiveUrl } from '#console/api/queries/organization/members.ts';
import { Button, buttonClass } from '#console/ui/control/button.tsx';
import { Failed } from '#console/ui/feedback/states.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { jobLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';

/** Everything of the organization in one file, for its owners. */
export function ExportSection() {
  const start = useMutation({ mutationFn: exportOrganization });
  return (
    <Section title="Export" className="px-4 pb-6 sm:px-6">
      <p className="mb-2 max-w-xl text-fg-2">
        One JSON file with boards, tasks, comments, approvals, members and the audit trail; tokens and other secrets are
        left out. The newest is kept for a week.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <Button icon={Download} isBusy={start.isPending} onClick={() => start.mutate()}>
          Make an archive
        </Button>
        {start.data && <Archive key={start.data.job_id} jobId={start.data.job_id} />}
      </div>
      {start.error && <Failed what="The export did not begin" failure={toFailure(start.error)} isCompact />}
    </Section>
  );
}

/** How the export fares, then the file. */
function Archive({ jobId }: { jobId: string }) {
  const { data: job } = useQuery(jobQuery(jobId));
  if (job?.state === 'succeeded')
    return (
      <a href={toArchiveUrl(jobId)} download className={buttonClass('primary')}>
        Download it
      </a>
    );
  return (
    <span role="status" className="flex flex-wrap items-center gap-x-3">
      <MarkedWord look={jobLooks[job?.state ?? 'queued']} />
      {job?.error && <span className="text-bad">{job.error.message}</span>}
    </span>
  );
}
