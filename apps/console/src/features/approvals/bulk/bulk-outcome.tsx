import type { Approval } from '#console/api/contract.ts';
import { toSentence } from '#console/api/problem.ts';
import type { resolveApprovals } from '#console/api/queries/work/approvals.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { toSubject } from '#console/ui/approval/subject.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';

interface BulkOutcomeProps {
  title: string;
  approvals: readonly Approval[];
  results: Awaited<ReturnType<typeof resolveApprovals>>;
  onClose: () => void;
}

/** What became of several that were decided alike, when some were not. */
export function BulkOutcome({ title, approvals, results, onClose }: BulkOutcomeProps) {
  const failed = results.filter(({ ok }) => !ok);
  const nameOf = (approvalId: string) => {
    const approval = approvals.find(({ id }) => id === approvalId);
    return (approval && toSubject(approval)) ?? approvalId;
  };
  return (
    <Dialog title={title} onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
      <div role="alert" className="grid gap-3">
        <p>
          {plural(results.length - failed.length, 'approval')} decided, {failed.length} not:
        </p>
        <ul className="grid gap-2">
          {failed.map(({ approval_id, error }) => (
            <li key={approval_id} className="rounded border px-3 py-2">
              <ForeignText text={nameOf(approval_id)} />
              <p className="text-bad">{toSentence(error?.detail) ?? error?.code}</p>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
