import { useStreamState } from '#console/api/live/live-provider.tsx';
import type { StreamPhase, StreamState } from '#console/api/live/stream/stream.ts';
import { useNow } from '#console/lib/browser/clock.ts';
import { formatAge } from '#console/lib/format/time.ts';
import { Mark, type StateLook } from '#console/ui/state/mark.tsx';

/** A dropped stream is told after this long: most come back sooner. */
const PATIENCE_MS = 3_000;

const looks: Record<StreamPhase, StateLook> = {
  connecting: { tone: 'idle', shape: 'ring', word: 'Connecting' },
  live: { tone: 'ok', shape: 'dot', word: 'Live' },
  reconnecting: { tone: 'warn', shape: 'half', word: 'Reconnecting' },
  paused: { tone: 'idle', shape: 'ring', word: 'Paused' },
  revoked: { tone: 'bad', shape: 'diamond', word: 'Access ended' },
};

function shownPhase(state: StreamState, nowMs: number): StreamPhase {
  const isShort = nowMs - state.sinceMs < PATIENCE_MS;
  return state.phase === 'reconnecting' && isShort ? 'live' : state.phase;
}

/** Whether what is on screen follows the fleet, and how old the last change is. */
export function LiveMark({ isBare = false }: { isBare?: boolean }) {
  const state = useStreamState();
  const nowMs = useNow();
  const phase = shownPhase(state, nowMs);
  const look = looks[phase];
  const age = state.lastEventAtMs === undefined ? undefined : formatAge(state.lastEventAtMs, nowMs);
  const detail = age === undefined ? 'no event yet' : `last event ${age}`;
  return (
    <p
      role="status"
      aria-label={look.word}
      title={`${look.word}: ${detail}`}
      data-live={phase}
      className="flex min-w-0 items-center gap-2 text-sm text-fg-2"
    >
      <Mark look={look} />
      {!isBare && (
        <>
          {look.word}
          <span aria-hidden className="num truncate text-fg-3">
            {detail}
          </span>
        </>
      )}
    </p>
  );
}
