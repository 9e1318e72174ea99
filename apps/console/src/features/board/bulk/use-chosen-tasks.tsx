import { type ReactNode, useMemo, useState } from 'react';
import type { BoardSnapshot, TaskCard } from '#console/api/contract.ts';
import { type Selection, useSelection } from '#console/lib/browser/use-selection.ts';
import { BulkBar } from './bulk-bar.tsx';
import { BulkOutcome } from './bulk-outcome.tsx';
import { type BulkResults, isAsAsked, useBulkEdit } from './use-bulk-edit.ts';

interface ChosenTasks {
  selection: Selection;
  /** What floats over the board: the bar of what is chosen, what was refused. */
  overlay: ReactNode;
}

/** Lets one choose of these tasks, in their order on the screen, and change them alike. */
export function useChosenTasks({ board, agents }: BoardSnapshot, tasks: readonly TaskCard[]): ChosenTasks {
  const order = useMemo(() => tasks.map(({ id }) => id), [tasks]);
  const selection = useSelection(order);
  const [outcome, setOutcome] = useState<BulkResults>();
  const { mutate, isPending } = useBulkEdit(board.id);
  const chosen = tasks.filter(({ id }) => selection.chosen.has(id));
  return {
    selection,
    overlay: (
      <>
        {chosen.length > 0 && (
          <BulkBar
            tasks={chosen}
            agents={agents}
            isBusy={isPending}
            onEdit={(edit) =>
              mutate(
                { tasks: chosen, edit },
                { onSuccess: (results) => !results.every(isAsAsked) && setOutcome(results) },
              )
            }
            onClear={selection.clear}
          />
        )}
        {outcome && <BulkOutcome results={outcome} tasks={tasks} onClose={() => setOutcome(undefined)} />}
      </>
    ),
  };
}
