import { useQuery } from '@tanstack/react-query';
import { OctagonX } from 'lucide-react';
import { activeKillsQuery } from '#console/api/queries/enforcement/kills.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { toKillName } from './kill-name.ts';
import { ReleaseDialog } from './release-dialog.tsx';

interface KillBarProps {
  /** The kill whose release is asked about. */
  releasedId: string | undefined;
  /** Undefined for whoever may release none. */
  onRelease: ((killId: string) => void) | undefined;
  onClose: () => void;
}

/** Over every page while something is killed: what, since when, why, and the way back. */
export function KillBar({ releasedId, onRelease, onClose }: KillBarProps) {
  const kills = useQuery(activeKillsQuery).data ?? [];
  const released = kills.find(({ id }) => id === releasedId);
  if (kills.length === 0) return null;
  return (
    <section aria-label="Kill switch" className="max-h-40 shrink-0 overflow-y-auto border-b bg-bad-soft">
      <ul aria-live="polite">
        {kills.map((kill) => (
          <li key={kill.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1.5 sm:px-6">
            <OctagonX aria-hidden size={15} className="shrink-0 text-bad" />
            <span className="font-medium">
              Killed: <ForeignText text={toKillName(kill)} />
            </span>
            <span className="num text-fg-2">
              {plural(kill.agents, 'agent')} stopped
              {kill.released_percent > 0 && `, ${kill.released_percent} % let go`}
            </span>
            <Ago at={kill.set_at} className="text-sm text-fg-2" />
            <span className="min-w-0 truncate text-fg-2" title={kill.reason}>
              <ForeignText text={kill.reason} />
            </span>
            {onRelease && (
              <Button isSmall className="ml-auto" onClick={() => onRelease(kill.id)}>
                Release…
              </Button>
            )}
          </li>
        ))}
      </ul>
      {released && <ReleaseDialog kill={released} onClose={onClose} />}
    </section>
  );
}
