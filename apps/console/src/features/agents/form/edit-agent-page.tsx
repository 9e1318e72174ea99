import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Agent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, agentQuery, paceEffectQuery, updateAgent } from '#console/api/queries/fleet/agents.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { parsePace } from '#console/lib/form/pace.ts';
import { type FormSave, useRebasedForm } from '#console/lib/form/use-rebased-form.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';

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
  const [fault, setFault] = useState<string>();
  const save = useSave();
  const isConflict = isVersionConflict(save.error);
  const form = useRebasedForm({ current: agent, toValues: toAgentValues, save, isConflict });
  const effect = usePaceEffect(form.base, form.values);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = isOfGateway ? findFault(form.values, form.base) : undefined;
    setFault(found);
    if (!found) form.submit();
  };
  const error = fault ?? (save.error && !isConflict ? toFailure(save.error).message : undefined);
  return (
    <form onSubmit={submit} noValidate className="grid max-w-3xl gap-5 px-4 py-5 sm:px-6">
      {form.conflict && <AgentConflict {...form.conflict} />}
      {isOfGateway ? (
        <AgentFields isNew={false} values={form.values} onChange={form.change} effect={effect} />
      ) : (
        <p className="max-w-2xl text-fg-2">
          Name, model and tools of this agent come with each version that its process declares.
        </p>
      )}
      <DeployFields values={form.values} onChange={form.change} />
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

/** Before scheduled turns are switched on or quickened: what that costs, and whose it stops. */
function usePaceEffect(before: Agent, { every }: AgentValues) {
  const isOn = (parsePace(every) ?? 0) > 0 && every !== toAgentValues(before).every;
  const { data } = useQuery({ ...paceEffectQuery(before.id, every.trim()), enabled: isOn });
  return isOn ? data : undefined;
}

function useSave() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ base, values }: FormSave<Agent, AgentValues>) => updateAgent(base.id, toAgentChanges(base, values)),
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
