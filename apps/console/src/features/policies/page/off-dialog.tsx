import type { PolicyDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { activatePolicy } from '#console/api/queries/policies/policies.ts';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { usePolicyChange } from './use-policy-change.ts';

/** Turns a policy off: nothing of it holds until a version is activated again. */
export function OffDialog({ policy, onClose }: { policy: PolicyDetail; onClose: () => void }) {
  const off = usePolicyChange(
    (version: number) =>
      activatePolicy(policy.id, { version, mode: 'off', acknowledge_unobserved: false, reason: null }),
    onClose,
  );
  return (
    <ConfirmDialog
      title={`Turn ${policy.name} off`}
      action="Turn it off"
      isBusy={off.isPending}
      error={off.error ? toFailure(off.error).message : undefined}
      onConfirm={() => off.mutate(policy.active_version ?? policy.latest_version)}
      onClose={onClose}
    >
      <p>Its rules stop holding in every process, and it records nothing more. A version can be activated again.</p>
    </ConfirmDialog>
  );
}
