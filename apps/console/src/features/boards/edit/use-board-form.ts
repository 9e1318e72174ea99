import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Board } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { updateBoard } from '#console/api/queries/work/boards.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { type FormSave, useRebasedForm } from '#console/lib/form/use-rebased-form.ts';
import { listDifferences } from '#console/lib/rebase.ts';
import { toast } from '#console/ui/overlay/toast.tsx';
import { type BoardValues, rebaseBoard, toBoardChanges, toBoardValues } from './board-values.ts';

/** The form of a board: what it holds, how it is saved, and both versions when someone else saved first. */
export function useBoardForm(board: Board) {
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: ({ base, values }: FormSave<Board, BoardValues>) => updateBoard(board.id, toBoardChanges(base, values)),
    onSuccess: (saved) => {
      form.fill(saved);
      queryClient.setQueryData(boardKeys.detail(board.id), saved);
      toast.done('Saved.');
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: boardKeys.all }),
  });
  const isConflict = isVersionConflict(save.error);
  const form = useRebasedForm({ current: board, toValues: toBoardValues, save, isConflict, merge: rebaseBoard });
  const isUntouched = listDifferences(toBoardValues(form.base), form.values).length === 0;
  if (board.version > form.base.version && isUntouched && save.isIdle) form.fill(board);
  return {
    values: form.values,
    change: form.change,
    save: {
      submit: form.submit,
      isBusy: save.isPending,
      error: save.error && !isConflict ? toFailure(save.error).message : undefined,
    },
    conflict: form.conflict,
  };
}
