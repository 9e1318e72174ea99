import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Board } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { updateBoard } from '#console/api/queries/work/boards.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { listDifferences } from '#console/lib/rebase.ts';
import { toast } from '#console/ui/overlay/toast.tsx';
import { type BoardValues, rebaseBoard, toBoardChanges, toBoardValues } from './board-values.ts';

interface Save {
  /** What the form was filled from. */
  base: Board;
  values: BoardValues;
}

/** The form of a board: what it holds, how it is saved, and both versions when someone else saved first. */
export function useBoardForm(board: Board) {
  const queryClient = useQueryClient();
  const [base, setBase] = useState(board);
  const [values, setValues] = useState(() => toBoardValues(board));
  const save = useMutation({
    mutationFn: (input: Save) => updateBoard(board.id, toBoardChanges(input.base, input.values)),
    onSuccess: (saved) => {
      setBase(saved);
      setValues(toBoardValues(saved));
      save.reset();
      queryClient.setQueryData(boardKeys.detail(board.id), saved);
      toast.done('Saved.');
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: boardKeys.all }),
  });
  /** Goes on from what the other person saved. */
  const goOn = (next: BoardValues) => {
    setBase(board);
    setValues(next);
    save.reset();
  };
  const isConflict = isVersionConflict(save.error);
  const theirs = toBoardValues(board);
  const isUntouched = listDifferences(toBoardValues(base), values).length === 0;
  if (board.version > base.version && isUntouched && save.isIdle) goOn(theirs);
  const mine = rebaseBoard(toBoardValues(base), theirs, values);
  return {
    values,
    change: (part: Partial<BoardValues>) => setValues({ ...values, ...part }),
    save: {
      submit: () => save.mutate({ base, values }),
      isBusy: save.isPending,
      error: save.error && !isConflict ? toFailure(save.error).message : undefined,
    },
    conflict: isConflict
      ? {
          theirs,
          mine,
          onKeepMine: () => {
            goOn(mine);
            save.mutate({ base: board, values: mine });
          },
          onTakeTheirs: () => goOn(theirs),
        }
      : undefined,
  };
}
