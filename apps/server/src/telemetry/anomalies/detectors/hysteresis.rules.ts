import { type Finding, keyOf } from './finding.schema.ts';

/** What is remembered of a finding between looks. */
interface Track {
  /** Looks in a row that saw it. */
  seen: number;
  isOpen: boolean;
  /** Epoch ms. */
  lastSeenAt: number;
}

export type Tracks = Map<string, Track>;

/** Looks that must see it before it opens, unless it is certain at once. */
const MIN_SEEN = 2;
/** Clean for so long, it closes. */
const CLOSE_MS = 10 * 60_000;

export interface Settled {
  opened: Finding[];
  /** Open and seen again. */
  seen: Finding[];
  /** Keys of what closed. */
  closed: string[];
}

/** Opens what was seen twice, keeps what is seen, and closes what was not for ten minutes. */
export function settle(tracks: Tracks, findings: readonly Finding[], at: number): Settled {
  const settled: Settled = { opened: [], seen: [], closed: [] };
  for (const finding of findings) see(tracks, finding, { at, settled });
  for (const [key, track] of tracks) {
    if (track.lastSeenAt === at) continue;
    track.seen = 0;
    if (at - track.lastSeenAt < CLOSE_MS && track.isOpen) continue;
    tracks.delete(key);
    if (track.isOpen) settled.closed.push(key);
  }
  return settled;
}

function see(tracks: Tracks, finding: Finding, { at, settled }: { at: number; settled: Settled }): void {
  const key = keyOf(finding);
  const known = tracks.get(key);
  const track = known ?? { seen: 0, isOpen: false, lastSeenAt: at };
  track.seen++;
  track.lastSeenAt = at;
  tracks.set(key, track);
  if (track.isOpen) settled.seen.push(finding);
  else if (finding.isInstant || track.seen >= MIN_SEEN) {
    track.isOpen = true;
    settled.opened.push(finding);
  }
}
