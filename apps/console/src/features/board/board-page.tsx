import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { countDone } from '#console/api/board-snapshot.ts';
import type { BoardSnapshot } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { boardSnapshotQuery } from '#console/api/queries/work/boards.ts';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import type { BoardSearch } from './board-search.ts';
import { useChosenTasks } from './bulk/use-chosen-tasks.tsx';
import { BoardColumns } from './columns/board-columns.tsx';
import { MoreDoneFoot } from './done/more-done-foot.tsx';
import { useMoreDone } from './done/use-more-done.ts';
import { TaskDialog } from './form/task-dialog.tsx';
import { BoardHeader } from './header/board-header.tsx';
import { SidePanel } from './panels/side-panel.tsx';
import { TaskList } from './task-list.tsx';
import { filterTasks } from './view/filter-tasks.ts';
import { sortTasks } from './view/sort-tasks.ts';
import { useKeptView } from './view/use-kept-view.ts';

const route = getRouteApi('/frame/boards/$boardId');

/** A board's work: its tasks in columns, and beside them what one looks into. */
export function BoardPage() {
  const { boardId } = route.useParams();
  const { data, error, isPending, refetch } = useQuery(boardSnapshotQuery(boardId));
  if (isPending) return <SkeletonRows rows={12} />;
  if (!data)
    return <Failed what="The board could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  return <Workspace key={boardId} snapshot={data} />;
}

function Workspace({ snapshot }: { snapshot: BoardSnapshot }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isCreating, setCreating] = useState(false);
  const set = (change: BoardSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  useKeptView(snapshot.board.id, search, set);
  const create = () => setCreating(true);
  useKeys({ n: create });
  const { q, assignee, priority, tag, review, sort } = search;
  const isList = search.view === 'list';
  const tasks = useMemo(
    () => sortTasks(filterTasks(snapshot.tasks, { q, assignee, priority, tag, review }), isList ? sort : undefined),
    [snapshot.tasks, q, assignee, priority, tag, review, isList, sort],
  );
  const { selection, overlay } = useChosenTasks(snapshot, tasks);
  const more = useMoreDone(snapshot, search);
  const isOpen = search.taskId !== undefined || search.panel !== undefined;
  return (
    <div className={cx('flex h-full min-h-0 flex-col', isOpen && DRAWER_SPACE)}>
      <BoardHeader snapshot={snapshot} onNewTask={create} />
      {snapshot.tasks.length === 0 ? (
        <NoTasks onCreate={create} />
      ) : isList ? (
        <div className="border-t">
          <TaskList tasks={tasks} selectedId={search.taskId} selection={selection} />
          <MoreDoneFoot more={more} />
        </div>
      ) : (
        <BoardColumns
          board={snapshot.board}
          approvals={snapshot.approvals}
          tasks={tasks}
          selection={selection}
          doneTotal={countDone(snapshot).total}
          moreDone={<MoreDoneFoot more={more} />}
        />
      )}
      {overlay}
      <SidePanel snapshot={snapshot} search={search} onSearch={set} />
      {isCreating && <TaskDialog snapshot={snapshot} onClose={() => setCreating(false)} />}
    </div>
  );
}

function NoTasks({ onCreate }: { onCreate: () => void }) {
  return (
    <Empty
      title="No task yet"
      action={
        <Button tone="primary" onClick={onCreate}>
          Create the first task
        </Button>
      }
    >
      <p>People and leads put tasks here; agents claim them, move them to review, and people let them be done.</p>
    </Empty>
  );
}
