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
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { AgentConflict } from './agent-conflict.tsx';
import { AgentFields } from './agent-fields.tsx';
import { type AgentValues, findFault, toAgentChanges, toAgentValues } from './agent-values.ts';
import { DeleteAgent } from './delete-agent.tsx';
import { DeployFields } from './deploy-fields.tsx';

const route = getRouteApi('/frame/admins/agents/$agentId/edit');

/** Changes an agent: one of a gateway in full, which reaches it by a job; one of the SDK in what its process does not declare. */
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
        <EditForm key={agent.id} agent={agent} />
      </div>
    </>
  );
}

function EditForm({ agent }: { agent: Agent }) {
  const isOfGateway = agent.gateway_id !== null;
  const [base, setBase] = useState(agent);
  const [values, setValues] = useState(() => toAgentValues(agent));
  const [fault, setFault] = useState<string>();
  const save = useSave();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = isOfGateway ? findFault(values) : undefined;
    setFault(found);
    if (!found) save.mutate({ base, values });
  };
  const change = (part: Partial<AgentValues>) => setValues({ ...values, ...part });
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
      {isOfGateway ? (
        <AgentFields isNew={false} values={values} onChange={change} />
      ) : (
        <p className="max-w-2xl text-fg-2">
          Name, model and tools of this agent come with each version that its process declares.
        </p>
      )}
      <DeployFields values={values} onChange={change} />
      {error && (
        <p role="alert" className="text-bad">
          {error}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary" disabled={isConflict} isBusy={save.isPending}>
          Save
        </Button>
        {isOfGateway && <DeleteAgent agent={agent} />}
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
    onSuccess: async ({ id, gateway_id }) => {
      toast.done(gateway_id === null ? 'Saved.' : 'Saved. The gateway follows.');
      const to = gateway_id === null ? '/agents/$agentId/versions' : '/agents/$agentId/gateway';
      await navigate({ to, params: { agentId: id } });
    },
    onSettled: async (_answer, _error, { base }) => {
      await queryClient.invalidateQueries({ queryKey: agentKeys.detail(base.id) });
      void queryClient.invalidateQueries({ queryKey: agentKeys.lists });
    },
  });
}
