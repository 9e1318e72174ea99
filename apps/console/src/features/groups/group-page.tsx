import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { BoardGroupSnapshot } from '#console/api/contract.ts';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { boardGroupQuery, groupSnapshotQuery } from '#console/api/queries/work/board-groups.ts';
import { toWords } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { Check } from '#console/ui/control/check.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead, Panel, Section } from '#console/ui/layout/page.tsx';
import { GroupChat } from './group-chat.tsx';
import { GroupDialog } from './group-dialog.tsx';
import { GroupPace } from './group-pace.tsx';

const route = getRouteApi('/frame/board-groups/$groupId');

/** The boards of a group at a glance, and what is said in it. */
export function GroupPage() {
  const { groupId } = route.useParams();
  const group = useQuery(boardGroupQuery(groupId));
  const [isWithDone, setWithDone] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const snapshot = useQuery(groupSnapshotQuery(groupId, isWithDone));
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const boards = snapshot.data?.boards ?? [];
  const names = useNames(boards);
  if (group.isPending) return <SkeletonRows rows={8} />;
  if (!group.data)
    return (
      <Failed
        what="The group could not be loaded"
        failure={toFailure(group.error)}
        onRetry={() => void group.refetch()}
      />
    );
  return (
    <>
      <PageHead
        title={toVisibleText(group.data.name)}
        actions={isAdmin && <IconButton label="Edit the group" icon={Pencil} onClick={() => setEditing(true)} />}
      >
        {group.data.description && (
          <p className="max-w-2xl text-fg-2">
            <ForeignText text={group.data.description} />
          </p>
        )}
        <Check label="Done tasks too" isChecked={isWithDone} onChange={setWithDone} />
      </PageHead>
      <div className="grid gap-6 border-t px-4 py-4 sm:px-6 lg:grid-cols-[2fr_1fr]">
        <div className="grid content-start gap-6">
          {snapshot.isPending && <SkeletonRows rows={6} />}
          {snapshot.isError && !snapshot.data && (
            <Failed
              what="The boards could not be loaded"
              failure={toFailure(snapshot.error)}
              onRetry={() => void snapshot.refetch()}
              isCompact
            />
          )}
          {snapshot.data && <Boards boards={boards} />}
          {isAdmin && boards.length > 0 && (
            <GroupPace groupId={groupId} boardIds={boards.map(({ board }) => board.id)} />
          )}
        </div>
        <GroupChat groupId={groupId} names={names} />
      </div>
      {isEditing && <GroupDialog group={group.data} onClose={() => setEditing(false)} />}
    </>
  );
}

/** The agents of these boards, as far as one may see them. */
function useNames(boards: BoardGroupSnapshot['boards']): string[] {
  const agents = useItems(useInfiniteQuery(agentsQuery({})).data);
  const ids = new Set(boards.map(({ board }) => board.id));
  return agents.filter(({ board_id }) => board_id !== null && ids.has(board_id)).map(({ name }) => name);
}

function Boards({ boards }: { boards: BoardGroupSnapshot['boards'] }) {
  return (
    <Section title="Boards">
      {boards.length === 0 && <p className="text-fg-2">No board that you read belongs to it.</p>}
      <div className="grid gap-3">
        {boards.map(({ board, task_counts, tasks }) => (
          <Panel key={board.id}>
            <p className="flex flex-wrap items-center gap-x-4 border-b px-4 py-2">
              <Link
                to="/boards/$boardId"
                params={{ boardId: board.id }}
                search={{}}
                className="font-medium hover:text-accent"
              >
                <ForeignText text={board.name} />
              </Link>
              {Object.entries(task_counts).map(([status, count]) => (
                <span key={status} className="num text-sm text-fg-2">
                  {toWords(status)} {count}
                </span>
              ))}
            </p>
            <ul>
              {tasks.map((task) => (
                <li key={task.id} className="flex items-center gap-3 px-4 py-1">
                  <Link
                    to="/boards/$boardId"
                    params={{ boardId: board.id }}
                    search={{ taskId: task.id }}
                    className="min-w-0 flex-1 truncate hover:text-accent"
                  >
                    <ForeignText text={task.title} />
                  </Link>
                  <span className="text-sm text-fg-3">{toWords(task.status)}</span>
                </li>
              ))}
            </ul>
          </Panel>
        ))}
      </div>
    </Section>
  );
}
