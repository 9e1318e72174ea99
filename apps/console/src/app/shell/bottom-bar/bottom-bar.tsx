import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { CheckCheck, Ellipsis, Kanban, LayoutDashboard, type LucideIcon, ShieldAlert } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { waitingApprovalsQuery } from '#console/api/queries/work/approvals.ts';
import { cx } from '#console/ui/class-names.ts';
import { APPROVALS, type NavGroup, navigationFor } from '../navigation.ts';

const PageSheet = lazy(async () => ({ default: (await import('./page-sheet.tsx')).PageSheet }));

const SLOTS: readonly { label: string; icon: LucideIcon; groups: readonly string[] }[] = [
  { label: 'Fleet', icon: LayoutDashboard, groups: ['Fleet'] },
  { label: 'Work', icon: Kanban, groups: ['Work'] },
  { label: 'Approvals', icon: CheckCheck, groups: [] },
  { label: 'Govern', icon: ShieldAlert, groups: ['Govern'] },
  { label: 'More', icon: Ellipsis, groups: ['Connect', 'Organization'] },
];

const slotClass = 'flex h-14 w-full flex-col items-center justify-center gap-1 text-xs';

/** The navigation of a phone, at the thumb: a group opens its pages, approvals are one tap away. */
export function BottomBar() {
  const role = useQuery(membershipQuery).data?.role;
  const waiting = useQuery(waitingApprovalsQuery).data ?? 0;
  const path = useLocation({ select: ({ pathname }) => pathname });
  const [open, setOpen] = useState<string>();
  const groups = navigationFor(isAdminRole(role));
  const close = () => setOpen(undefined);
  const slots = SLOTS.map((slot) => ({ ...slot, pages: groups.filter(({ label }) => slot.groups.includes(label)) }));
  const opened = slots.find(({ label }) => label === open);
  return (
    <nav aria-label="Pages" className="shrink-0 border-t bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden">
      <ul className="grid auto-cols-fr grid-flow-col">
        {slots
          .filter(({ label, pages }) => label === 'Approvals' || pages.length > 0)
          .map(({ label, icon: Icon, pages }) => (
            <li key={label}>
              {label === 'Approvals' ? (
                <Link to={APPROVALS} className={cx(slotClass, 'relative text-fg-3 data-[status=active]:text-accent')}>
                  <Icon aria-hidden size={19} strokeWidth={1.8} />
                  {label}
                  {waiting > 0 && (
                    <span className="num absolute top-1.5 ml-7 rounded-full bg-warn-soft px-1.5 leading-4 font-semibold text-warn">
                      <span className="sr-only">waiting: </span>
                      {waiting}
                    </span>
                  )}
                </Link>
              ) : (
                <button
                  type="button"
                  aria-haspopup="dialog"
                  onClick={() => setOpen(label)}
                  className={cx(slotClass, holds(pages, path) ? 'text-accent' : 'text-fg-3')}
                >
                  <Icon aria-hidden size={19} strokeWidth={1.8} />
                  {label}
                </button>
              )}
            </li>
          ))}
      </ul>
      {opened && (
        <Suspense>
          <PageSheet
            title={opened.label}
            groups={opened.pages}
            hasOrganizations={opened.label === 'More'}
            onClose={close}
          />
        </Suspense>
      )}
    </nav>
  );
}

const holds = (groups: readonly NavGroup[], path: string) =>
  groups.some(({ pages }) => pages.some(({ to }) => path === to || path.startsWith(`${to}/`)));
