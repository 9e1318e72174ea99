import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BoardWebhook } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { rotateSecret } from '#console/api/queries/govern/webhooks.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { SecretOnce } from '#console/ui/data/secret-once.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';

/** Makes a new secret and shows it once. */
export function RotateDialog({ webhook, onClose }: { webhook: BoardWebhook; onClose: () => void }) {
  const queryClient = useQueryClient();
  const rotate = useMutation({
    mutationFn: () => rotateSecret(webhook.board_id, webhook.id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: boardKeys.webhooks(webhook.board_id) }),
  });
  if (rotate.data) {
    const done = (
      <Button tone="primary" onClick={onClose}>
        I have kept it
      </Button>
    );
    return (
      <Dialog title="The new secret" onClose={onClose} footer={done}>
        <SecretOnce secret={rotate.data.secret} label="Copy the secret" />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={webhook.has_secret ? 'Rotate the secret' : 'Make a secret'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" isBusy={rotate.isPending} onClick={() => rotate.mutate()}>
            Make a new one
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        <p>
          {webhook.has_secret
            ? 'The old secret is good for another 24 hours, so that the other system can be changed in peace.'
            : 'From now on each call must be signed with it; others are refused.'}
        </p>
        {rotate.error && (
          <p role="alert" className="text-bad">
            {toFailure(rotate.error).message}
          </p>
        )}
      </div>
    </Dialog>
  );
}
