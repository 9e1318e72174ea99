import type { SnapshotView } from './snapshots.store.ts';

/** What a board shows, besides itself and its agents, which change without a fact. */
export interface KeptSnapshot {
  /** JSON of the fields, without the closing brace. */
  text: string;
  /** The names of people in it, by their ids. */
  names: Record<string, string | null>;
  /** Up to where no fact changed it. */
  view: SnapshotView;
  /** Milliseconds since 1970: when it was read, and until when it is given again. */
  readAt: number;
  until: number;
}

/** Answers that are given again while nothing that they show has changed; the least recently used leave first. */
export interface KeptSnapshots {
  find(boardId: string, now: number): KeptSnapshot | undefined;
  keep(boardId: string, snapshot: KeptSnapshot): void;
}

/** `maxChars` bounds the texts together; a character takes one byte, or two where any is beyond Latin-1. */
export function createKeptSnapshots(maxChars: number): KeptSnapshots {
  const kept = new Map<string, KeptSnapshot>();
  let chars = 0;
  const drop = (boardId: string) => {
    chars -= kept.get(boardId)?.text.length ?? 0;
    kept.delete(boardId);
  };
  return {
    find(boardId, now) {
      const snapshot = kept.get(boardId);
      if (snapshot && now >= snapshot.readAt && now < snapshot.until) return snapshot;
      drop(boardId);
      return undefined;
    },
    keep(boardId, snapshot) {
      drop(boardId);
      kept.set(boardId, snapshot);
      chars += snapshot.text.length;
      for (const [oldest] of kept) {
        if (chars <= maxChars) break;
        drop(oldest);
      }
    },
  };
}
