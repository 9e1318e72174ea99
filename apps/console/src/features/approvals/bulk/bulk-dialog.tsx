import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Approval } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { type Decision, resolveApprovals } from '#console/api/queries/work/approvals.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { type Department, DepartmentField } from '#console/ui/approval/decide/department-field.tsx';
import { toSubject } from '#console/ui/approval/subject.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea } from '#console/ui/control/field.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { BulkOutcome } from './bulk-outcome.tsx';

interface BulkDialogProps {
  status: Decision['status'];
  /** Of one action, all waiting. */
  approvals: readonly Approval[];
  departments: readonly Department[];
  onClose: () => void;
}

const verbs = { approved: 'Approve', rejected: 'Reject' } as const satisfies Record<Decision['status'], string>;
const MAX_NAMED = 8;

/** Decides alike about several approvals, and says of each that could not be decided why. */
export function BulkDialog({ status, approvals, departments, onClose }: BulkDialogProps) {
  const [comment, setComment] = useState('');
  const [chosen, setChosen] = useState<string>();
  // What was asked for: the list beneath changes as answers come in.
  const [asked] = useState(approvals);
  const department = chosen ?? departments[0]?.id;
  const resolve = useResolve(asked, onClose);
  const submit = () =>
    resolve.mutate({
      status,
      comment: comment.trim() || null,
      board_group_id: departments.length > 1 ? (department ?? null) : null,
    });
  const title = `${verbs[status]} ${plural(asked.length, 'approval')}`;
  if (resolve.data) return <BulkOutcome title={title} approvals={asked} results={resolve.data} onClose={onClose} />;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            data-autofocus
            tone={status === 'approved' ? 'primary' : 'danger'}
            isBusy={resolve.isPending}
            onClick={submit}
          >
            {title}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <div>
          <p className="font-medium">
            <ForeignText text={asked[0]?.action_type ?? ''} />
          </p>
          <ul className="text-fg-2">
            {asked.slice(0, MAX_NAMED).map((approval) => (
              <li key={approval.id} className="truncate">
                <ForeignText text={toSubject(approval) ?? approval.id} />
              </li>
            ))}
            {asked.length > MAX_NAMED && <li>and {asked.length - MAX_NAMED} more</li>}
          </ul>
        </div>
        <DepartmentField departments={departments} value={department ?? ''} onChange={setChosen} />
        <Field label="Comment" hint="Kept with each decision; may be empty.">
          {(ids) => (
            <TextArea {...ids} maxLength={4000} value={comment} onChange={(event) => setComment(event.target.value)} />
          )}
        </Field>
        {resolve.error && (
          <p role="alert" className="text-bad">
            {toFailure(resolve.error).message}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function useResolve(approvals: readonly Approval[], onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (decision: Decision) => resolveApprovals(approvals, decision),
    onSuccess: (results, { status }) => {
      if (results.some(({ ok }) => !ok)) return;
      toast.done(`${plural(results.length, 'approval')} ${status}.`);
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['approvals'] }),
  });
}
