import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { approvalsQuery } from '#console/api/queries/work/approvals.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { TimeLeft } from '#console/ui/approval/time-left.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';

const SHOWN = 8;

interface WaitingApprovalsProps {
  boardId: string | undefined;
  groupId: string | undefined;
}

/** What runs out first stands first. */
export function WaitingApprovals({ boardId, groupId }: WaitingApprovalsProps) {
  const list = useInfiniteQuery(
    approvalsQuery({ status: 'pending', sort: 'expires_at', board_id: boardId, group_id: groupId }),
  );
  const approvals = useItems(list.data);
  const total = list.data?.pages[0]?.total ?? 0;
  return (
    <Section
      title="Approvals that wait"
      aside={
        <Link to="/approvals" search={boardId ? { board_id: boardId } : {}} className="text-accent hover:underline">
          All {formatCount(total)}
        </Link>
      }
    >
      <Panel>
        {list.isPending && <SkeletonRows rows={3} />}
        {list.isError && !list.data && (
          <Failed what="The approvals could not be loaded" failure={toFailure(list.error)} isCompact />
        )}
        {list.isSuccess && approvals.length === 0 && <p className="px-4 py-3 text-fg-3">Nothing waits for a person.</p>}
        <ul>
          {approvals.slice(0, SHOWN).map((approval) => (
            <li key={approval.id} className="flex items-center gap-3 border-b px-4 py-1.5 last:border-b-0">
              <Link
                to="/approvals"
                search={{ id: `${approval.board_id ?? ''}.${approval.id}` }}
                className="touch min-w-0 flex-1 truncate font-medium hover:text-accent"
              >
                <ForeignText text={approval.action_type} />
                <span className="font-normal text-fg-3">
                  {' '}
                  {approval.task_titles[0] && <ForeignText text={approval.task_titles[0]} />}
                </span>
              </Link>
              <TimeLeft at={approval.expires_at} />
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}
