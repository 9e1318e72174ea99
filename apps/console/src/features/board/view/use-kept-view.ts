import { useEffect, useRef } from 'react';
import { keepPreference, readPreference } from '#console/lib/browser/storage.ts';
import type { RawSearch } from '#console/lib/search-params.ts';
import { type BoardSearch, parseBoardSearch } from '../board-search.ts';

/** How a board is looked at; what is searched for and opened is of the moment. */
const toView = ({ view, assignee, priority, tag, review, sort }: BoardSearch): BoardSearch =>
  parseBoardSearch({ view, assignee, priority, tag, review, sort });

function readView(name: string): BoardSearch {
  try {
    const kept: RawSearch = JSON.parse(readPreference(name) ?? '{}');
    return toView(parseBoardSearch(kept));
  } catch {
    return {}; // written by hand, or by another version
  }
}

/** Keeps how a board is looked at, and brings it back when the board is opened by an address that does not say. */
export function useKeptView(boardId: string, search: BoardSearch, set: (change: BoardSearch) => void): void {
  const name = `board.${boardId}`;
  const view = JSON.stringify(toView(search));
  const isFirst = useRef(true);
  const latest = useRef(set);
  useEffect(() => {
    latest.current = set;
  });
  useEffect(() => {
    const wasFirst = isFirst.current;
    isFirst.current = false;
    if (wasFirst && view === '{}') {
      const kept = readView(name);
      if (Object.keys(kept).length > 0) latest.current(kept);
    } else keepPreference(name, view);
  }, [name, view]);
}
