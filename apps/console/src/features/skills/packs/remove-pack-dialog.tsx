import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SkillPack } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { deleteSkillPack, skillPackKeys } from '#console/api/queries/organization/skill-packs.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';

/** Takes a repository out; its skills stay. */
export function RemovePackDialog({ pack, onClose }: { pack: SkillPack; onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteSkillPack(pack.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: skillPackKeys.all });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Remove ${toVisibleText(pack.name)}`}
      action="Remove it"
      isBusy={remove.isPending}
      error={remove.error ? toFailure(remove.error).message : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        The repository is not read any more. Its {plural(pack.skill_count, 'skill')} stay in the marketplace and on
        gateways.
      </p>
    </ConfirmDialog>
  );
}
