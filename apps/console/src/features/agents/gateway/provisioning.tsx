import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { BellRing, RotateCw } from 'lucide-react';
import type { Agent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, nudgeAgent, provisioningQuery } from '#console/api/queries/fleet/agents.ts';
import { useNow } from '#console/lib/browser/clock.ts';
import { formatLeft } from '#console/lib/format/left.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { JobSteps } from '#console/ui/state/job-steps.tsx';
import { agentStatusLooks, jobLooks, lifecycleLooks } from '#console/ui/state/looks.ts';
import { MarkedWord, StatePill } from '#console/ui/state/mark.tsx';

interface ProvisioningProps {
  agent: Agent;
  isAdmin: boolean;
}

/** Whether the gateway has what the agent should be; if not, why, and what can be done. */
export function Provisioning({ agent, isAdmin }: ProvisioningProps) {
  return (
    <Section title="Provisioning" aside={isAdmin && agent.managed && <Nudges agent={agent} />}>
      <Panel>
        <div className="flex flex-wrap items-center gap-3 border-b px-4 py-3 last:border-b-0">
          <StatePill look={lifecycleLooks[agent.lifecycle_state]} />
          <MarkedWord look={agentStatusLooks[agent.status]} />
          <span className="text-sm text-fg-3">
            seen <Ago at={agent.last_seen_at} />
          </span>
        </div>
        {agent.last_error && <LastError agent={agent} error={agent.last_error} />}
        {isAdmin && <Steps agentId={agent.id} />}
      </Panel>
    </Section>
  );
}

function LastError({ agent, error }: { agent: Agent; error: NonNullable<Agent['last_error']> }) {
  const nowMs = useNow();
  const left = agent.next_retry_at === null ? undefined : formatLeft(Date.parse(agent.next_retry_at), nowMs);
  return (
    <div className="grid gap-1 border-b px-4 py-3 last:border-b-0">
      <p className="break-words">
        <ForeignText text={error.message} />
      </p>
      <p className="num flex flex-wrap gap-x-4 text-sm text-fg-3">
        <code className="font-mono text-bad">{error.code}</code>
        <Ago at={error.at} />
        {agent.next_retry_at !== null && <span>next try {left === undefined ? 'now' : `in ${left}`}</span>}
      </p>
    </div>
  );
}

/** The steps of the newest pass, as the stream tells them. */
function Steps({ agentId }: { agentId: string }) {
  const { data: job, error } = useQuery(provisioningQuery(agentId));
  if (error)
    return <p className="px-4 py-3 text-sm text-bad">The steps could not be loaded: {toFailure(error).message}</p>;
  if (!job) return null;
  return (
    <div className="grid gap-2 px-4 py-3">
      <p className="flex flex-wrap items-center gap-x-3 text-sm text-fg-3">
        Newest pass <MarkedWord look={jobLooks[job.state]} className="text-fg" />
        <Ago at={job.updated_at} />
        {job.waits_for && <span>waits for its {job.waits_for.split(':')[0]}</span>}
      </p>
      {job.steps && <JobSteps steps={job.steps} />}
    </div>
  );
}

function Nudges({ agent }: { agent: Agent }) {
  const queryClient = useQueryClient();
  const nudge = useMutation({
    mutationFn: (how: 'wake' | 'retry') => nudgeAgent(agent.id, how),
    onSuccess: (_job, how) =>
      toast.done(
        how === 'wake' ? 'It is being woken; it is online when it shows a sign of life.' : 'It is provisioned now.',
      ),
    onError: (error) => toast.failed(toFailure(error).message),
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: agentKeys.detail(agent.id) });
      void queryClient.invalidateQueries({ queryKey: agentKeys.provisioning(agent.id) });
    },
  });
  const isBusy = (how: 'wake' | 'retry') => nudge.isPending && nudge.variables === how;
  return (
    <>
      <Button icon={BellRing} isBusy={isBusy('wake')} onClick={() => nudge.mutate('wake')}>
        Wake
      </Button>
      <Button icon={RotateCw} isBusy={isBusy('retry')} onClick={() => nudge.mutate('retry')}>
        {agent.lifecycle_state === 'failed' ? 'Retry now' : 'Provision again'}
      </Button>
    </>
  );
}
