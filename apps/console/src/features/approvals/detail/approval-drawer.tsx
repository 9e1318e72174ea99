import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Approval } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { approvalQuery, type Decision, decideApproval } from '#console/api/queries/work/approvals.ts';
import { approvalKeys } from '#console/api/queries/work-keys.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { ApprovalFacts } from '#console/ui/approval/approval-facts.tsx';
import { DecideForm } from '#console/ui/approval/decide/decide-form.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { useDeciding } from './use-deciding.ts';

interface ApprovalDrawerProps {
  boardId: string;
  approvalId: string;
  known: Approval | undefined;
  onClose: () => void;
}

/** One approval with everything that a person needs to decide it. */
export function ApprovalDrawer({ boardId, approvalId, known, onClose }: ApprovalDrawerProps) {
  const query = useQuery({ ...approvalQuery(boardId, approvalId), placeholderData: known });
  const { isOwn, departmentsOf, groupNames } = useDeciding();
  const decide = useDecide(query.data ?? known);
  const approval = query.data ?? known;
  return (
    <Drawer title={approval ? toVisibleText(approval.action_type) : 'Approval'} onClose={onClose}>
      {approval ? (
        <div className="grid gap-5 px-5 py-4">
          {approval.status === 'pending' && (
            <DecideForm
              isOwn={isOwn(approval)}
              departments={departmentsOf([approval])}
              hasKeys
              isBusy={decide.isPending}
              onDecide={decide.mutate}
            />
          )}
          <ApprovalFacts approval={approval} groups={groupNames} />
        </div>
      ) : (
        !query.error && <SkeletonRows rows={6} />
      )}
      {query.error && !approval && (
        <Failed
          what="The approval could not be loaded"
          failure={toFailure(query.error)}
          onRetry={() => void query.refetch()}
          isCompact
        />
      )}
    </Drawer>
  );
}

function useDecide(approval: Approval | undefined) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (decision: Decision) => approval && decideApproval(approval, decision),
    onSuccess: (answer) => {
      if (!answer) return;
      queryClient.setQueryData(approvalKeys.detail(answer.id), answer);
      toast.done(toSentence(answer));
    },
    onError: (error) => toast.failed(`Not decided: ${toFailure(error).message}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['approvals'] }),
  });
}

/** A joint approval may still need others after this voice. */
function toSentence({ status, required_approvals, approvals_given }: Approval): string {
  if (status === 'approved') return 'Approved.';
  if (status === 'rejected') return 'Rejected.';
  return `Your yes is kept: ${approvals_given} of ${required_approvals}.`;
}
