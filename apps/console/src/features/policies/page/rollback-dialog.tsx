import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PolicyDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { rollBackPolicy, rollbackPreviewQuery } from '#console/api/queries/policies/policies.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea } from '#console/ui/control/field.tsx';
import { SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { policyLooks } from '#console/ui/state/looks.ts';
import { VersionChanges } from '../history/version-changes.tsx';
import { Flips } from './flips.tsx';
import { usePolicyChange } from './use-policy-change.ts';

interface RollbackDialogProps {
  policy: PolicyDetail;
  /** The version; the one that held before when left out. */
  to?: number | undefined;
  onClose: () => void;
}

/** Puts a version back, and says before which recorded decisions would be made differently. */
export function RollbackDialog({ policy, to, onClose }: RollbackDialogProps) {
  const preview = useQuery(rollbackPreviewQuery(policy.id, to));
  const [reason, setReason] = useState('');
  const rollBack = usePolicyChange(
    async (version: number) => (await rollBackPolicy(policy.id, { to: version, reason: reason.trim() || null })).policy,
    onClose,
  );
  const { data } = preview;
  if (!data) {
    return (
      <Dialog title={`Roll ${policy.name} back`} onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
        {preview.error ? <p role="alert">{toFailure(preview.error).message}</p> : <SkeletonRows rows={4} />}
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={`Roll ${policy.name} back to v${data.to}`}
      action={`Roll back to v${data.to}`}
      width="wide"
      isBusy={rollBack.isPending}
      error={rollBack.error ? toFailure(rollBack.error).message : undefined}
      onSubmit={() => rollBack.mutate(data.to)}
      onClose={onClose}
    >
      <p className="text-fg-2">
        Version {data.to} holds at once in every process, as it held before: {policyLooks[data.mode].word.toLowerCase()}
        .
      </p>
      <VersionChanges policyId={policy.id} from={data.from} to={data.to} />
      <Flips preview={data} />
      <Field label="Reason" hint="Kept in the audit trail; may be empty.">
        {(ids) => (
          <TextArea {...ids} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />
        )}
      </Field>
    </FormDialog>
  );
}
