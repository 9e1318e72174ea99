import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toFailure } from '#console/api/problem.ts';
import { agentKeys } from '#console/api/queries/fleet/agents.ts';
import { manageAgent, planManaging } from '#console/api/queries/gateways/gateway-agents.ts';
import { gatewayKeys } from '#console/api/queries/work-keys.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { AdoptionPlanView } from './adoption-plan.tsx';

interface ManageDialogProps {
  agentId: string;
  name: string;
  onClose: () => void;
}

/** Lets an adopted agent work for its board: first what would be written is shown, then it is done. */
export function ManageDialog({ agentId, name, onClose }: ManageDialogProps) {
  const plan = useQuery({
    queryKey: gatewayKeys.managing(agentId),
    queryFn: () => planManaging(agentId),
    gcTime: 0, // what stands on the gateway may be another the next time
  });
  const queryClient = useQueryClient();
  const manage = useMutation({
    mutationFn: () => manageAgent(agentId),
    onSuccess: async () => {
      toast.done('It is being set up to work for its board.');
      onClose();
      await queryClient.invalidateQueries({ queryKey: agentKeys.lists });
    },
  });
  return (
    <Dialog
      title={`Let ${toVisibleText(name)} work`}
      onClose={onClose}
      width="wide"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" disabled={!plan.data} isBusy={manage.isPending} onClick={() => manage.mutate()}>
            Write it
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {plan.isPending && <SkeletonRows rows={3} />}
        {plan.error && (
          <Failed
            what="The plan could not be made"
            failure={toFailure(plan.error)}
            onRetry={() => void plan.refetch()}
            isCompact
          />
        )}
        {plan.data && <AdoptionPlanView plan={plan.data} />}
        {manage.error && (
          <p role="alert" className="text-bad">
            {toFailure(manage.error).message}
          </p>
        )}
      </div>
    </Dialog>
  );
}
