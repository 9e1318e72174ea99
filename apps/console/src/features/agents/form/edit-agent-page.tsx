import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Agent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, agentQuery, updateAgent } from '#console/api/queries/fleet/agents.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { rebase } from '#console/lib/rebase.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { AgentConflict } from './agent-conflict.tsx';
import { AgentFields } from './agent-fields.tsx';
import { type AgentValues, findFault, toAgentChanges, toAgentValues } from './agent-values.ts';
import { DeleteAgent } from './delete-agent.tsx';

const route = getRouteApi('/frame/admins/agents/$agentId/edit');

/** Changes an agent of a gateway; what it must know there reaches it by a job. */
export function EditAgentPage() {
  const { agentId } = route.useParams();
  const { data: agent, error, isPending, refetch } = useQuery(agentQuery(agentId));
  if (isPending) return <SkeletonRows rows={8} />;
  if (!agent)
    return <Failed what="The agent could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead title={`Settings of ${toVisibleText(agent.name)}`} />
      <div className="border-t">
        {agent.gateway_id === null ? (
          <Empty title="This agent describes itself">
            <p>It is of the SDK: name, model and tools come with each version that its process declares.</p>
          </Empty>
        ) : (
          <EditForm key={agent.id} agent={agent} />
        )}
      </div>
    </>
  );
}

function EditForm({ agent }: { agent: Agent }) {
  const [base, setBase] = useState(agent);
  const [values, setValues] = useState(() => toAgentValues(agent));
  const [fault, setFault] = useState<string>();
  const save = useSave();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findFault(values);
    setFault(found);
    if (!found) save.mutate({ base, values });
  };
  /** Goes on from what the other person saved. */
  const goOn = (next: AgentValues) => {
    setBase(agent);
    setValues(next);
    save.reset();
  };
  const theirs = toAgentValues(agent);
  const merged = rebase(toAgentValues(base), theirs, values);
  const isConflict = isVersionConflict(save.error);
  const error = fault ?? (save.error && !isConflict ? toFailure(save.error).message : undefined);
  return (
    <form onSubmit={submit} noValidate className="grid max-w-3xl gap-5 px-4 py-5 sm:px-6">
      {isConflict && (
        <AgentConflict
          theirs={theirs}
          mine={merged}
          isBusy={save.isPending}
          onKeepMine={() => {
            goOn(merged);
            save.mutate({ base: agent, values: merged });
          }}
          onTakeTheirs={() => goOn(theirs)}
        />
      )}
      <AgentFields isNew={false} values={values} onChange={(part) => setValues({ ...values, ...part })} />
      {error && (
        <p role="alert" className="text-bad">
          {error}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary" disabled={isConflict} isBusy={save.isPending}>
          Save
        </Button>
        <DeleteAgent agent={agent} />
      </div>
    </form>
  );
}

interface Save {
  /** What the form was filled from. */
  base: Agent;
  values: AgentValues;
}

function useSave() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ base, values }: Save) => updateAgent(base.id, toAgentChanges(base, values)),
    onSuccess: async ({ id }) => {
      toast.done('Saved. The gateway follows.');
      await navigate({ to: '/agents/$agentId/gateway', params: { agentId: id } });
    },
    onSettled: async (_answer, _error, { base }) => {
      await queryClient.invalidateQueries({ queryKey: agentKeys.detail(base.id) });
      void queryClient.invalidateQueries({ queryKey: agentKeys.lists });
    },
  });
}
