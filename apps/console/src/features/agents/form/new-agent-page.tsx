import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, createAgent } from '#console/api/queries/fleet/agents.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { Button } from '#console/ui/control/button.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { AgentFields } from './agent-fields.tsx';
import { emptyAgent, findFault, toAgentCreate } from './agent-values.ts';

const route = getRouteApi('/frame/admins/agents/new');

/** Makes a worker on a board that has a gateway. */
export function NewAgentPage() {
  const { board } = route.useSearch();
  const boards = useQuery(boardsQuery);
  const hasPlace = boards.data?.items.some(({ gateway_id }) => gateway_id !== null);
  return (
    <>
      <PageHead title="New agent" />
      <div className="border-t">{hasPlace === false ? <NoPlace /> : <NewAgentForm boardId={board ?? ''} />}</div>
    </>
  );
}

function NoPlace() {
  return (
    <Empty
      title="No board with a gateway"
      action={
        <>
          <LinkButton tone="primary" to="/boards/new">
            Create a board
          </LinkButton>
          <LinkButton to="/keys">Connect an agent of your own</LinkButton>
        </>
      }
    >
      <p>An agent made here lives on a board’s gateway. Agents of the SDK enrol by themselves, with a service key.</p>
    </Empty>
  );
}

function NewAgentForm({ boardId }: { boardId: string }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState({ ...emptyAgent, boardId });
  const [fault, setFault] = useState<string>();
  const create = useMutation({
    mutationFn: createAgent,
    onSuccess: async ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: agentKeys.lists });
      await navigate({ to: '/agents/$agentId/gateway', params: { agentId: id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findFault(values);
    setFault(found);
    if (!found) create.mutate(toAgentCreate(values));
  };
  const error = fault ?? (create.error ? toFailure(create.error).message : undefined);
  return (
    <form onSubmit={submit} noValidate className="grid max-w-3xl gap-5 px-4 py-5 sm:px-6">
      <AgentFields isNew values={values} onChange={(part) => setValues({ ...values, ...part })} />
      {error && (
        <p role="alert" className="text-bad">
          {error}
        </p>
      )}
      <div>
        <Button type="submit" tone="primary" isBusy={create.isPending}>
          Create the agent
        </Button>
      </div>
    </form>
  );
}
