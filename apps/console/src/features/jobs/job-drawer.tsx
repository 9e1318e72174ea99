import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Job } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { deleteJob, retryJob } from '#console/api/queries/govern/jobs.ts';
import { jobKeys } from '#console/api/queries/work-keys.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Facts, Section } from '#console/ui/layout/page.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { JobSteps } from '#console/ui/state/job-steps.tsx';
import { jobLooks } from '#console/ui/state/looks.ts';
import { StatePill } from '#console/ui/state/mark.tsx';

/** One job: how far it came, why it stopped, and what a person can do. */
export function JobDrawer({ job, onClose }: { job: Job; onClose: () => void }) {
  return (
    <Drawer title={job.kind} onClose={onClose}>
      <div className="grid grid-cols-1 gap-4 px-5 py-4">
        <div className="flex flex-wrap items-center gap-2">
          <StatePill look={jobLooks[job.state]} />
          {job.waits_for && <span className="text-fg-2">waits for {job.waits_for.replace(':', ' ')}</span>}
        </div>
        {job.error && <JobError error={job.error} />}
        <JobFacts job={job} />
        {job.state === 'dead' && <JobActions job={job} onGone={onClose} />}
        {job.steps && job.steps.length > 0 && (
          <Section title="Steps">
            <JobSteps steps={job.steps} />
          </Section>
        )}
        {job.result !== null && job.result !== undefined && (
          <Section title="Result">
            <JsonTree value={job.result} label="Result" />
          </Section>
        )}
      </div>
    </Drawer>
  );
}

function JobError({ error }: { error: NonNullable<Job['error']> }) {
  return (
    <p className="break-words">
      <code className="font-mono text-sm text-bad">{error.code}</code> <ForeignText text={error.message} />
    </p>
  );
}

function JobFacts({ job }: { job: Job }) {
  const { subject, progress } = job;
  return (
    <Facts
      facts={[
        ['About', subject === null ? NONE : <Subject key="subject" subject={subject} />],
        ['Attempts', `${job.attempts} of ${job.max_attempts}`],
        ['Progress', progress === null ? NONE : `${progress.done} of ${progress.total}`],
        ['Next try', job.next_retry_at === null ? NONE : new Date(job.next_retry_at).toLocaleString()],
        ['Made', <Ago key="made" at={job.created_at} />],
        ['Changed', <Ago key="changed" at={job.updated_at} />],
        ['Job', <Identifier key="id" id={job.id} />],
      ]}
    />
  );
}

function Subject({ subject }: { subject: NonNullable<Job['subject']> }) {
  return (
    <span>
      {subject.kind} <Identifier id={subject.id} />
    </span>
  );
}

function JobActions({ job, onGone }: { job: Job; onGone: () => void }) {
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: jobKeys.all });
  const [isAsking, setAsking] = useState(false);
  const retry = useMutation({
    mutationFn: () => retryJob(job.id),
    onSuccess: () => toast.done('It runs again.'),
    onError: (error) => toast.failed(`Not run again: ${toFailure(error).message}`),
    onSettled: refresh,
  });
  const discard = useMutation({
    mutationFn: () => deleteJob(job.id),
    onSuccess: () => {
      onGone();
      return refresh();
    },
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Button tone="primary" isBusy={retry.isPending} onClick={() => retry.mutate()}>
        Run it again
      </Button>
      <Button tone="danger" onClick={() => setAsking(true)}>
        Discard
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={`Discard ${job.kind}`}
          action="Discard it"
          isBusy={discard.isPending}
          error={discard.error ? toFailure(discard.error).message : undefined}
          onConfirm={() => discard.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            What it should have done is not done, and it leaves the list. The audit trail keeps that you discarded it.
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
}
