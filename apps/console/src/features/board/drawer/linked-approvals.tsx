import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Approval, BoardSnapshot, TaskCard } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { meQuery } from '#console/api/queries/session.ts';
import { type Decision, decideApproval } from '#console/api/queries/work/approvals.ts';
import { approvalLook } from '#console/ui/approval/approval-look.ts';
import { DecideForm } from '#console/ui/approval/decide/decide-form.tsx';
import { reasonOf } from '#console/ui/approval/subject.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { MarkedWord } from '#console/ui/state/mark.tsx';

/** The approvals that a task is linked to; what waits can be decided here. */
export function LinkedApprovals({ task, snapshot }: { task: TaskCard; snapshot: BoardSnapshot }) {
  const linked = snapshot.approvals.filter(({ task_ids }) => task_ids.includes(task.id));
  if (linked.length === 0) return null;
  return (
    <Section title="Approvals">
      <ul className="grid gap-2">
        {linked.map((approval) => (
          <li key={approval.id} className="grid gap-2">
            <div className="flex items-center gap-3">
              <MarkedWord look={approvalLook(approval)} />
              <Link
                to="/boards/$boardId/approvals"
                params={{ boardId: snapshot.board.id }}
                search={{ id: `${snapshot.board.id}.${approval.id}` }}
                className="touch min-w-0 truncate text-accent hover:underline"
              >
                <ForeignText text={approval.action_type} />
              </Link>
            </div>
            {approval.status === 'pending' && <Decide approval={approval} />}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What is asked, and yes or no. A joint approval is decided on its own page, where one sees who else is asked. */
function Decide({ approval }: { approval: Approval }) {
  const queryClient = useQueryClient();
  const me = useQuery(meQuery).data;
  const decide = useMutation({
    mutationFn: (decision: Decision) => decideApproval(approval, decision),
    onError: (error) => toast.failed(`Not decided: ${toFailure(error).message}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['approvals'] }),
  });
  const isJoint = approval.eligible_group_ids.length > 0;
  const { kind, id } = approval.requested_by;
  return (
    <div className="grid gap-3 rounded border px-3 py-3">
      <p className="break-words">
        <ForeignText text={reasonOf(approval) ?? 'No reason was given.'} />
      </p>
      <JsonTree value={approval.payload ?? {}} label="Arguments" />
      {isJoint ? (
        <p className="text-fg-2">Several departments decide about this: open it to see whose word is needed.</p>
      ) : (
        <DecideForm
          isOwn={kind === 'user' && id === me?.id}
          departments={[]}
          isBusy={decide.isPending}
          onDecide={decide.mutate}
        />
      )}
    </div>
  );
}
