import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useState } from 'react';
import { meQuery } from '#console/api/queries/session.ts';
import { keepForSession, readForSession } from '#console/lib/browser/storage.ts';
import { IconButton } from '#console/ui/control/button.tsx';

const NOTICE = 'profile-notice';

/** Asks for a name and a time zone while one is missing, until it is put away for this session. */
export function ProfileBanner() {
  const me = useQuery(meQuery).data;
  const { pathname } = useLocation();
  const [isAway, setAway] = useState(() => readForSession(NOTICE) !== null);
  const isComplete = me === undefined || (me.name !== null && me.timezone !== null);
  if (isAway || isComplete || pathname === '/settings' || pathname === '/onboarding') return null;
  const putAway = () => {
    keepForSession(NOTICE, 'away');
    setAway(true);
  };
  return (
    <aside
      aria-label="Your profile"
      className="flex shrink-0 items-center gap-3 border-b bg-surface px-4 py-1 text-sm text-fg-2 sm:px-6"
    >
      <Link to="/onboarding" className="touch inline-flex min-w-0 items-center text-accent hover:underline">
        Tell agents your name and time zone
      </Link>
      <span className="ml-auto">
        <IconButton label="Put this notice away" icon={X} onClick={putAway} />
      </span>
    </aside>
  );
}
