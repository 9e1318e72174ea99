import { useState } from 'react';
import { rebase } from '../rebase.ts';

/** What is saved: the form, and what it was filled from. */
export interface FormSave<Row, Values> {
  base: Row;
  values: Values;
}

interface RebasedForm<Row, Values extends object> {
  /** The row as the server has it now; it may change while the form is open. */
  current: Row;
  toValues: (row: Row) => Values;
  save: { mutate: (save: FormSave<Row, Values>) => void; reset: () => void; isPending: boolean };
  /** Whether the last save was refused because someone else saved first. */
  isConflict: boolean;
  /** What the form holds after someone else saved; field by field unless given. */
  merge?: (base: Values, theirs: Values, mine: Values) => Values;
}

/** The form of a row that others may save meanwhile: what it holds, and both versions when someone did. */
export function useRebasedForm<Row, Values extends object>({
  current,
  toValues,
  save,
  isConflict,
  merge = rebase,
}: RebasedForm<Row, Values>) {
  const [base, setBase] = useState(current);
  const [values, setValues] = useState(() => toValues(current));
  const theirs = toValues(current);
  const mine = merge(toValues(base), theirs, values);
  /** Goes on from what the other person saved. */
  const goOn = (next: Values) => {
    setBase(current);
    setValues(next);
    save.reset();
  };
  return {
    base,
    values,
    change: (part: Partial<Values>) => setValues((old) => ({ ...old, ...part })),
    submit: () => save.mutate({ base, values }),
    /** Fills the form from another row. */
    fill: (row: Row) => {
      setBase(row);
      setValues(toValues(row));
      save.reset();
    },
    conflict: isConflict
      ? {
          theirs,
          mine,
          isBusy: save.isPending,
          onKeepMine: () => {
            goOn(mine);
            save.mutate({ base: current, values: mine });
          },
          onTakeTheirs: () => goOn(theirs),
        }
      : undefined,
  };
}
