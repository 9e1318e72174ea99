import { useMemo, useState } from 'react';
import { keysBetween, toggleKey } from './selection.ts';

/** What of a list is chosen. */
export interface Selection {
  chosen: ReadonlySet<string>;
  /** Chooses a row or lets it go; with `isRange` all from the last one that was touched. */
  toggle: (key: string, isRange: boolean) => void;
  choose: (keys: Iterable<string>) => void;
  clear: () => void;
}

/** Keeps what is chosen of the rows with these keys, in their order; a row that leaves the list is chosen no more. */
export function useSelection(order: readonly string[]): Selection {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string>();
  const chosen = useMemo(() => new Set(order.filter((key) => picked.has(key))), [order, picked]);
  return {
    chosen,
    toggle: (key, isRange) => {
      setPicked(isRange ? new Set([...chosen, ...keysBetween(order, last, key)]) : toggleKey(chosen, key));
      setLast(key);
    },
    choose: (keys) => setPicked(new Set(keys)),
    clear: () => setPicked(new Set()),
  };
}
