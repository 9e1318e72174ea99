import { Link } from '@tanstack/react-router';
import type { GatewaySync, Job } from '#console/api/contract.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Facts, Panel } from '#console/ui/layout/page.tsx';
import { jobLooks } from '#console/ui/state/looks.ts';
import { StatePill } from '#console/ui/state/mark.tsx';
import { isSync } from './sync-result.ts';

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
        <StatePill look={jobLooks[job?.state ?? result.state]} />
        {job?.progress && <Progress progress={job.progress} />}
        {job?.waits_for && <span className="text-fg-2">It waits until the gateway is connected.</span>}
        <Link to="/jobs" search={{}} className="ml-auto text-accent hover:underline">
          All jobs
        </Link>
      </div>
      <Facts
        facts={[
          ['Agents updated', formatCount(result.agents_updated)],
          ['Left out', formatCount(result.agents_skipped)],
          ['Main agent', result.main_updated ? 'updated' : 'as it was'],
          ['Files written', formatCount(result.files_written)],
          ['Files unchanged', formatCount(result.files_unchanged)],
        ]}
      />
      {job?.error && (
        <p className="break-words text-bad">
          <ForeignText text={job.error.message} /> <code className="font-mono text-sm">{job.error.code}</code>
        </p>
      )}
      {result.errors.length > 0 && <SyncErrors errors={result.errors} />}
    </Panel>
  );
}

function Progress({ progress: { done, total } }: { progress: NonNullable<Job['progress']> }) {
  return (
    <>
      <progress aria-label="Progress" value={done} max={Math.max(total, 1)} className="h-1.5 w-28" />
      <span className="num text-fg-2">
        {done} of {total}
      </span>
    </>
  );
}

function SyncErrors({ errors }: { errors: GatewaySync['errors'] }) {
  return (
    <ul className="grid gap-1.5 border-t pt-3">
      {errors.map(({ agent_id, agent_name, board_id, message, code }) => (
        <li key={`${agent_id ?? board_id} ${code} ${message}`} className="break-words">
          {agent_id !== null && (
            <Link to="/agents/$agentId" params={{ agentId: agent_id }} className="font-medium hover:text-accent">
              <ForeignText text={agent_name ?? agent_id} />
            </Link>
          )}{' '}
          <ForeignText text={message} /> <code className="font-mono text-sm text-bad">{code}</code>
        </li>
      ))}
    </ul>
  );
}
