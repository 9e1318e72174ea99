import { Link } from '@tanstack/react-router';
import type { GatewaySync, Job } from '#console/api/contract.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Facts, Panel } from '#console/ui/layout/page.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { jobLooks } from '#console/ui/state/looks.ts';
import { StatePill } from '#console/ui/state/mark.tsx';
import { isSync } from './sync-result.ts';
import { SyncedAgents } from './synced-agents.tsx';

interface SyncOutcomeProps {
  /** What the server answered when it was asked. */
  result: GatewaySync | undefined;
  /** The job behind it, as far as it is now. */
  job: Job | undefined;
  isPending: boolean;
}

/** How far the last sync came, and what became of each agent. */
export function SyncOutcome({ result: first, job, isPending }: SyncOutcomeProps) {
  if (isPending)
    return (
      <Panel>
        <SkeletonRows rows={3} />
      </Panel>
    );
  if (!first) return <p className="text-fg-2">Nothing was started from here yet.</p>;
  const result = isSync(job?.result) ? job.result : first;
  return (
    <Panel className="grid gap-3 p-4">
      <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatePill look={jobLooks[job?.state ?? first.state]} />
        {result.dry_run && <Badge tone="warn">nothing was written</Badge>}
        {job?.progress && <Progress progress={job.progress} />}
        {job?.waits_for && <span className="text-fg-2">It waits until the gateway is connected.</span>}
        <Link to="/jobs" search={{}} className="ml-auto text-accent hover:underline">
          All jobs
        </Link>
      </div>
      <Facts facts={toFacts(result)} />
      {job?.error && (
        <p className="break-words text-bad">
          <ForeignText text={job.error.message} /> <code className="font-mono text-sm">{job.error.code}</code>
        </p>
      )}
      <SyncedAgents agents={result.agents} errors={result.errors} />
    </Panel>
  );
}

function toFacts(result: GatewaySync): [string, string][] {
  const files: [string, string][] = [
    [result.dry_run ? 'Files to write' : 'Files written', formatCount(result.files_written)],
    ['Files unchanged', formatCount(result.files_unchanged)],
    ['Agents left out', formatCount(result.agents_skipped)],
  ];
  if (result.dry_run) return files;
  return [
    ['Agents updated', formatCount(result.agents_updated)],
    ['Main agent', result.main_updated ? 'updated' : 'as it was'],
    ...files,
  ];
}

function Progress({ progress: { done, total } }: { progress: NonNullable<Job['progress']> }) {
  return (
    <>
      <progress
        aria-label="Progress"
        value={done}
        max={Math.max(total, 1)}
        className="h-1.5 w-28 appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
      />
      <span className="num text-fg-2">
        {done} of {total}
      </span>
    </>
  );
}
