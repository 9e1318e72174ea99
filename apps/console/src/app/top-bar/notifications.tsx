import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Bell } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { gatewaysQuery } from '#console/api/queries/gateways/gateways.ts';
import { deadJobsQuery } from '#console/api/queries/govern/jobs.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { waitingApprovalsQuery } from '#console/api/queries/work/approvals.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { MenuContent, menuItemClass } from '#console/ui/control/choice-menu.tsx';
import { gatewayLooks, jobLooks } from '#console/ui/state/looks.ts';
import { Mark, type StateLook } from '#console/ui/state/mark.tsx';

interface Notice {
  key: string;
  look: StateLook;
  text: string;
  open: () => void;
}

const WAITING: StateLook = { tone: 'warn', shape: 'half', word: 'Waiting' };

/** What waits for a person: approvals, work that was given up, gateways that are away. */
export function Notifications() {
  const notices = useNotices();
  const label = notices.length === 0 ? 'Nothing waits for you' : `Waiting for you: ${notices.length}`;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={label}
        title={label}
        className="touch relative flex size-8 shrink-0 items-center justify-center rounded text-fg-2 hover:bg-sunken hover:text-fg data-[state=open]:bg-sunken"
      >
        <Bell aria-hidden size={15} />
        {notices.length > 0 && (
          <span className="num absolute top-0 right-0 min-w-4 rounded-full bg-warn-soft px-1 text-center text-xs leading-4 font-semibold text-warn">
            {notices.length}
          </span>
        )}
      </DropdownMenu.Trigger>
      <MenuContent align="end">
        {notices.length === 0 && <p className="px-2 py-1.5 text-fg-2">Nothing waits for you.</p>}
        {notices.map(({ key, look, text, open }) => (
          <DropdownMenu.Item key={key} className={menuItemClass} onSelect={open}>
            <Mark look={look} label={look.word} />
            <span className="max-w-72 truncate">{text}</span>
          </DropdownMenu.Item>
        ))}
      </MenuContent>
    </DropdownMenu.Root>
  );
}

function useNotices(): Notice[] {
  const navigate = useNavigate();
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const waiting = useQuery(waitingApprovalsQuery).data ?? 0;
  const dead = useQuery({ ...deadJobsQuery, enabled: isAdmin }).data;
  const gateways = useQuery({ ...gatewaysQuery, enabled: isAdmin }).data?.items ?? [];
  const away = gateways.filter(({ status }) => status === 'disconnected' || status === 'needs_attention');
  return [
    ...(waiting > 0
      ? [
          {
            key: 'approvals',
            look: WAITING,
            text: `${plural(waiting, 'approval')} waiting`,
            open: () => void navigate({ to: '/approvals', search: {} }),
          },
        ]
      : []),
    ...(dead && dead.count > 0
      ? [
          {
            key: 'jobs',
            look: jobLooks.dead,
            text: `${dead.isMore ? `${dead.count} jobs or more` : plural(dead.count, 'job')} given up`,
            open: () => void navigate({ to: '/jobs', search: { state: 'dead' } }),
          },
        ]
      : []),
    ...away.map(({ id, name, status }) => ({
      key: id,
      look: gatewayLooks[status],
      text: `${toVisibleText(name)}: ${gatewayLooks[status].word.toLowerCase()}`,
      open: () => void navigate({ to: '/gateways/$gatewayId', params: { gatewayId: id } }),
    })),
  ];
}
