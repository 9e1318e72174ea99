import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Agent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys, deleteAgent } from '#console/api/queries/fleet/agents.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';

/** Deletes an agent, after saying what goes with it. */
export function DeleteAgent({ agent }: { agent: Agent }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => deleteAgent(agent.id),
    onSuccess: async () => {
      await navigate({ to: '/agents', search: {} });
      await queryClient.invalidateQueries({ queryKey: agentKeys.lists });
    },
  });
  return (
    <>
      <Button tone="danger" onClick={() => setAsking(true)}>
        Delete the agent
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={`Delete ${toVisibleText(agent.name)}`}
          action="Delete it"
          isBusy={remove.isPending}
          error={remove.error ? toFailure(remove.error).message : undefined}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            Its token is dead at once, and its tasks in progress go back to the inbox, without an assignee.{' '}
            {agent.managed
              ? 'Its session and files on the gateway are removed by a job.'
              : 'It was adopted: on the gateway it stays as it is.'}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
