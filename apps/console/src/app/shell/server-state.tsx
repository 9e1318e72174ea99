import { useQuery } from '@tanstack/react-query';
import { readinessQuery } from '#console/api/queries/readiness.ts';
import { Mark, type StateLook } from '#console/ui/state/mark.tsx';

const WAITING: StateLook = { tone: 'idle', shape: 'ring', word: 'Server' };
const READY: StateLook = { tone: 'ok', shape: 'dot', word: 'Server ready' };
const AWAY: StateLook = { tone: 'bad', shape: 'diamond', word: 'Server away' };

/** The server's state from `/readyz`, naming the part that fails. */
export function ServerState() {
  const { data, isError } = useQuery(readinessQuery);
  const look = isError ? AWAY : data === undefined ? WAITING : data.isReady ? READY : toFailing(data.failing);
  return (
    <p className="flex min-w-0 items-center gap-2 text-sm text-fg-2" title={look.word}>
      <Mark look={look} />
      <span className="truncate">{look.word}</span>
    </p>
  );
}

const toFailing = (parts: string[]): StateLook => ({
  tone: 'bad',
  shape: 'diamond',
  word: parts.length > 0 ? `Failing: ${parts.join(', ')}` : 'Server not ready',
});
