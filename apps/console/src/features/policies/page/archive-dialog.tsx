import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { PolicyDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { policyKeys } from '#console/api/queries/govern-keys.ts';
import { archivePolicy } from '#console/api/queries/policies/policies.ts';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

/** Ends a policy for good. */
export function ArchiveDialog({ policy, onClose }: { policy: PolicyDetail; onClose: () => void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const archive = useMutation({
    mutationFn: () => archivePolicy(policy.id),
    onSuccess: async () => {
      await navigate({ to: '/policies', search: {} });
      await queryClient.invalidateQueries({ queryKey: policyKeys.all });
      toast.done(`${policy.name} is archived.`);
    },
  });
  return (
    <ConfirmDialog
      title={`Archive ${policy.name}`}
      action="Archive it"
      typed={policy.name}
      isBusy={archive.isPending}
      error={archive.error ? toFailure(archive.error).message : undefined}
      onConfirm={() => archive.mutate()}
      onClose={onClose}
    >
      <p>
        Its rules stop holding and it cannot be activated again; its name stays taken. Versions, violations and the
        audit trail are kept.
      </p>
    </ConfirmDialog>
  );
}
