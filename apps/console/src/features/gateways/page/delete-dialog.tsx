import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Gateway } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys } from '#console/api/queries/fleet/agents.ts';
import { deleteGateway } from '#console/api/queries/gateways/gateways.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { gatewayKeys } from '#console/api/queries/work-keys.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';

interface DeleteDialogProps {
  gateway: Gateway;
  onClose: () => void;
}

/** Deletes a gateway that no board uses; names the boards while some do. */
export function DeleteDialog({ gateway, onClose }: DeleteDialogProps) {
  const boards = useQuery(boardsQuery).data?.items ?? [];
  const inUse = boards.filter(({ gateway_id }) => gateway_id === gateway.id);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteGateway(gateway.id),
    onSuccess: async () => {
      await navigate({ to: '/gateways' });
      queryClient.removeQueries({ queryKey: gatewayKeys.detail(gateway.id) });
      void queryClient.invalidateQueries({ queryKey: agentKeys.lists });
      await queryClient.invalidateQueries({ queryKey: gatewayKeys.lists });
    },
  });
  if (inUse.length > 0) return <InUse gateway={gateway} boards={inUse} onClose={onClose} />;
  return (
    <ConfirmDialog
      title="Delete the gateway"
      action="Delete it"
      typed={gateway.name}
      isBusy={remove.isPending}
      error={remove.error ? toFailure(remove.error).message : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        “{toVisibleText(gateway.name)}” goes with {plural(gateway.agents_count, 'agent')}. Agents that were set up from
        here are removed from the gateway, with their workspace; adopted ones stay there and are only let go. If it
        cannot be reached now, that is done when it can. Runs and the audit trail are kept.
      </p>
    </ConfirmDialog>
  );
}

interface InUseProps {
  gateway: Gateway;
  boards: readonly { id: string; name: string }[];
  onClose: () => void;
}

function InUse({ gateway, boards, onClose }: InUseProps) {
  return (
    <Dialog title="Boards use this gateway" onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
      <div className="grid gap-3">
        <p>
          “{toVisibleText(gateway.name)}” can be deleted when no board uses it. Give{' '}
          {boards.length === 1 ? 'this board' : `these ${boards.length} boards`} another gateway, or delete{' '}
          {boards.length === 1 ? 'it' : 'them'}, first.
        </p>
        <ul className="grid gap-1">
          {boards.map(({ id, name }) => (
            <li key={id}>
              <Link to="/boards/$boardId/edit" params={{ boardId: id }} className="text-accent hover:underline">
                <ForeignText text={name} />
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
