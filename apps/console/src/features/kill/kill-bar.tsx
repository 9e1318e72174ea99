import { useQuery } from '@tanstack/react-query';
import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import type { Kill } from '#console/api/contract.ts';
import { activeKillsQuery } from '#console/api/queries/enforcement/kills.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { toKillName } from './kill-name.ts';
import { ReleaseDialog } from './release-dialog.tsx';

/** Over every page while something is killed: what, since when, why, and the way back. */
export function KillBar() {
  const kills = useQuery(activeKillsQuery).data ?? [];
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const [released, setReleased] = useState<Kill>();
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
            {isAdmin && (
              <Button isSmall className="ml-auto" onClick={() => setReleased(kill)}>
                Release…
              </Button>
            )}
          </li>
        ))}
      </ul>
      {released && <ReleaseDialog kill={released} onClose={() => setReleased(undefined)} />}
    </section>
  );
}
