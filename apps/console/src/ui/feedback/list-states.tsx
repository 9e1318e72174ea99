import type { ReactNode } from 'react';
import { Failed, type Failure, SkeletonRows } from './states.tsx';

/** How a list fares: nothing yet, not to be had, or there. */
export interface ListState {
  isPending: boolean;
  failure: Failure | undefined;
  onRetry: () => void;
}

interface ListStatesProps {
  state: ListState;
  /** What a failure says: "The tags could not be loaded". */
  what: string;
  rows?: number;
  isEmpty: boolean;
  /** Teaches the next step. */
  empty: ReactNode;
  children: ReactNode;
}

/** A list in whichever state it is. */
export function ListStates({ state, what, rows = 8, isEmpty, empty, children }: ListStatesProps) {
  if (state.isPending) return <SkeletonRows rows={rows} />;
  if (state.failure) return <Failed what={what} failure={state.failure} onRetry={state.onRetry} />;
  return isEmpty ? empty : children;
}
