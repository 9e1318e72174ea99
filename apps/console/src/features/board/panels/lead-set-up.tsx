import { useQuery } from '@tanstack/react-query';
import type { Agent } from '#console/api/contract.ts';
import { provisioningQuery } from '#console/api/queries/fleet/agents.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel } from '#console/ui/layout/page.tsx';
import { JobSteps } from '#console/ui/state/job-steps.tsx';
import { lifecycleLooks } from '#console/ui/state/looks.ts';
import { StatePill } from '#console/ui/state/mark.tsx';

/** How far the board's lead is, and what stopped it; the steps are for admins. */
export function LeadSetUp({ lead, isAdmin }: { lead: Agent; isAdmin: boolean }) {
  const job = useQuery({ ...provisioningQuery(lead.id), enabled: isAdmin }).data;
  return (
    <Panel className="grid gap-2 px-4 py-3">
      <p className="flex flex-wrap items-center gap-2 font-medium">
        {lead.last_error ? 'The lead could not be set up' : 'The lead is being set up'}
        <StatePill look={lifecycleLooks[lead.lifecycle_state]} />
      </p>
      {lead.last_error && (
        <p className="break-words text-bad">
          <ForeignText text={lead.last_error.message} />{' '}
          <code className="font-mono text-sm">{lead.last_error.code}</code>
        </p>
      )}
      {lead.next_retry_at && (
        <p className="text-sm text-fg-3">
          Next try <Ago at={lead.next_retry_at} />
        </p>
      )}
      {job?.steps && <JobSteps steps={job.steps} />}
    </Panel>
  );
}
