import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ServiceKey } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { deleteServiceKey, serviceKeysQuery } from '#console/api/queries/fleet/service-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

/** Asks once before a key stops working. */
export function RevokeKeyDialog({ serviceKey, onClose }: { serviceKey: ServiceKey; onClose: () => void }) {
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => deleteServiceKey(serviceKey.id),
    onSuccess: () => {
      toast.done(`The key ${serviceKey.name} is revoked.`);
      onClose();
      return queryClient.invalidateQueries({ queryKey: serviceKeysQuery.queryKey });
    },
    onError: (error) => toast.failed(`Not revoked: ${toFailure(error).message}`),
  });
  return (
    <Dialog
      title={`Revoke ${serviceKey.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button tone="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke the key
          </Button>
        </>
      }
    >
      <p>
        Processes that hold this key can no longer enrol. Those that are enrolled keep their own token and go on
        reporting until it expires or they restart.
      </p>
    </Dialog>
  );
}
