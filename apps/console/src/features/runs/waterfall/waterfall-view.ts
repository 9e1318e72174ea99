import { type KeyboardEvent, useCallback, useMemo, useState } from 'react';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import { findNext, type Trace, type TraceRow, visiblePlaces } from '../trace/trace.ts';

/** What is shown of a trace, and what can be done with its rows. */
export interface WaterfallView {
  trace: Trace;
  /** Places of the rows that are shown, in order. */
  places: readonly number[];
  selected: string | undefined;
  canOpen: (row: TraceRow) => boolean;
  isOpen: (row: TraceRow) => boolean;
  onToggle: (row: TraceRow) => void;
  onSelect: (key: string) => void;
}

interface ViewInput {
  trace: Trace;
  selected: string | undefined;
  /** Rows whose step started runs, and whether those are shown. */
  starters: ReadonlyMap<string, boolean>;
  onToggleRuns: (key: string) => void;
  onSelect: (key: string) => void;
}

/** Folding: a row that started runs shows or hides those, any other its own children. */
export function useWaterfallView({ trace, selected, starters, onToggleRuns, onSelect }: ViewInput): WaterfallView {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const places = useMemo(() => visiblePlaces(trace.rows, folded), [trace, folded]);
  const onToggle = useCallback(
    (row: TraceRow) =>
      starters.has(row.key) ? onToggleRuns(row.key) : setFolded((before) => toggled(before, row.key)),
    [starters, onToggleRuns],
  );
  return {
    trace,
    places,
    selected,
    canOpen: (row) => row.hasChildren || starters.has(row.key),
    isOpen: (row) => starters.get(row.key) ?? !folded.has(row.key),
    onToggle,
    onSelect,
  };
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** Letters work on the whole page, arrows where the returned listener is put. */
export function useWaterfallKeys(view: WaterfallView): (event: KeyboardEvent) => void {
  const press = (key: string) => keyAction(key, view)?.();
  useKeys({ j: () => press('j'), k: () => press('k'), e: () => press('e'), v: () => press('v') });
  return (event) => {
    const act = keyAction(event.key, view);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}

/** What a key does in a waterfall; undefined when it has no meaning there. */
function keyAction(key: string, view: WaterfallView): (() => void) | undefined {
  const { trace, places, selected, onSelect } = view;
  const place = selected === undefined ? -1 : (trace.placeOf.get(selected) ?? -1);
  const at = places.indexOf(place);
  const select = (target: TraceRow | undefined) => (target ? () => onSelect(target.key) : undefined);
  const shown = (index: number) => trace.rows[places[Math.min(Math.max(index, 0), places.length - 1)] ?? -1];
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return select(shown(at + 1));
    case 'ArrowUp':
    case 'k':
      return select(shown(at - 1));
    case 'Home':
      return select(shown(0));
    case 'End':
      return select(shown(places.length - 1));
    case 'e':
      return select(findNext(trace.rows, place, ({ status }) => status === 'error'));
    case 'v':
      return select(findNext(trace.rows, place, ({ status }) => status === 'blocked'));
    default:
      return foldAction(key, view, trace.rows[place]);
  }
}

/** Left closes, or goes up from what is closed; right opens, or goes down into what is open. */
function foldAction(key: string, view: WaterfallView, row: TraceRow | undefined): (() => void) | undefined {
  if (!row) return undefined;
  const { trace, canOpen, isOpen, onToggle, onSelect } = view;
  const go = (target: TraceRow | undefined) => (target ? () => onSelect(target.key) : undefined);
  const isBranch = canOpen(row);
  if (key === 'ArrowLeft') return isBranch && isOpen(row) ? () => onToggle(row) : go(trace.rows[row.parent]);
  if (key !== 'ArrowRight' || !isBranch) return undefined;
  return isOpen(row) ? go(trace.rows[(trace.placeOf.get(row.key) ?? -1) + 1]) : () => onToggle(row);
}
