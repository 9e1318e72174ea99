import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { useState } from 'react';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { waitingApprovalsQuery } from '#console/api/queries/work/approvals.ts';
import { useMedia } from '#console/lib/browser/media.ts';
import { keepPreference, readPreference } from '#console/lib/browser/storage.ts';
import { cx } from '#console/ui/class-names.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { LiveMark } from './live-mark.tsx';
import { APPROVALS, type NavPage, navigationFor } from './navigation.ts';
import { OrganizationMenu } from './organization/organization-menu.tsx';
import { ServerState } from './server-state.tsx';

const PREFERENCE = 'rail';

/** The navigation at the left of wide screens; folds to icons. */
export function Rail() {
  const isNarrow = useMedia('(max-width: 1023px)');
  const [isChosen, setChosen] = useState(() => readPreference(PREFERENCE) === 'folded');
  const isFolded = isNarrow || isChosen;
  const membership = useQuery(membershipQuery).data;
  const toggle = () => {
    keepPreference(PREFERENCE, isChosen ? 'open' : 'folded');
    setChosen(!isChosen);
  };
  return (
    <nav
      aria-label="Pages"
      className={cx('hidden shrink-0 flex-col border-r bg-surface sm:flex', isFolded ? 'w-14' : 'w-54')}
    >
      <div className={cx('flex h-12 shrink-0 items-center border-b', isFolded ? 'justify-center' : 'px-2')}>
        <OrganizationMenu isBare={isFolded} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 py-3">
        {navigationFor(isAdminRole(membership?.role)).map((group) => (
          <div key={group.label} className="mb-4">
            <p className={cx('mb-1 h-5 px-2 text-xs leading-5 font-medium text-fg-3', isFolded && 'sr-only')}>
              {group.label}
            </p>
            <ul className="grid gap-px">
              {group.pages.map((page) => (
                <li key={page.to}>
                  <RailLink page={page} isFolded={isFolded} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
      <div className={cx('grid grid-cols-1 gap-2 border-t py-3', isFolded ? 'justify-items-center' : 'px-4')}>
        <LiveMark isBare={isFolded} />
        <div className="flex items-center justify-between">
          {!isFolded && <ServerState />}
          {!isNarrow && (
            <IconButton
              label={isFolded ? 'Unfold the navigation' : 'Fold the navigation'}
              icon={isFolded ? PanelLeftOpen : PanelLeftClose}
              onClick={toggle}
              className={isFolded ? undefined : '-mr-2'}
            />
          )}
        </div>
      </div>
    </nav>
  );
}

function RailLink({ page, isFolded }: { page: NavPage; isFolded: boolean }) {
  const Icon = page.icon;
  const waiting = useQuery({ ...waitingApprovalsQuery, enabled: page.to === APPROVALS }).data ?? 0;
  return (
    <Link
      to={page.to}
      title={`${page.label} (g ${page.key})`}
      aria-label={page.label}
      className={cx(
        'touch flex h-8 items-center gap-2.5 rounded text-fg-2 hover:bg-sunken hover:text-fg data-[status=active]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-fg',
        isFolded ? 'justify-center' : 'px-2',
      )}
    >
      <Icon aria-hidden size={16} strokeWidth={1.8} className="shrink-0 in-data-[status=active]:text-accent" />
      {!isFolded && page.label}
      {page.to === APPROVALS && waiting > 0 && (
        <span
          className={cx(
            'num rounded-full bg-warn-soft px-1.5 text-xs leading-4 font-semibold text-warn',
            isFolded ? 'absolute ml-5 -translate-y-2' : 'ml-auto',
          )}
        >
          <span className="sr-only">waiting: </span>
          {waiting}
        </span>
      )}
    </Link>
  );
}
