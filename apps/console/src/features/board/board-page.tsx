import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { BoardSnapshot } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { boardSnapshotQuery } from '#console/api/queries/work/boards.ts';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { DRAWER_SPACE, Drawer } from '#console/ui/overlay/drawer.tsx';
import type { BoardSearch } from './board-search.ts';
import { BoardColumns } from './columns/board-columns.tsx';
import { TaskDrawer } from './drawer/task-drawer.tsx';
import { filterTasks } from './filter-tasks.ts';
import { TaskDialog } from './form/task-dialog.tsx';
import { BoardHeader } from './header/board-header.tsx';
import { AgentsPanel } from './panels/agents-panel.tsx';
import { ChatPanel } from './panels/chat-panel.tsx';
import { TaskList } from './task-list.tsx';

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
  useKeys({ n: () => setCreating(true) });
  const tasks = filterTasks(snapshot.tasks, search);
  const isOpen = search.taskId !== undefined || search.panel !== undefined;
  const create = () => setCreating(true);
  return (
    <div className={cx('flex h-full min-h-0 flex-col', isOpen && DRAWER_SPACE)}>
      <BoardHeader snapshot={snapshot} onNewTask={create} />
      {snapshot.tasks.length === 0 ? (
        <NoTasks onCreate={create} />
      ) : search.view === 'list' ? (
        <div className="border-t">
          <TaskList tasks={tasks} selectedId={search.taskId} />
        </div>
      ) : (
        <BoardColumns
          board={snapshot.board}
          approvals={snapshot.approvals}
          tasks={tasks}
          doneTotal={toDoneTotal(snapshot)}
        />
      )}
      {search.taskId !== undefined && (
        <TaskDrawer
          key={search.taskId}
          snapshot={snapshot}
          taskId={search.taskId}
          commentId={search.commentId}
          onClose={() => set({ taskId: undefined, commentId: undefined })}
        />
      )}
      {search.taskId === undefined && search.panel === 'chat' && (
        <Drawer title="Chat" onClose={() => set({ panel: undefined })}>
          <ChatPanel snapshot={snapshot} />
        </Drawer>
      )}
      {search.taskId === undefined && search.panel === 'agents' && (
        <Drawer title="Agents" onClose={() => set({ panel: undefined })}>
          <AgentsPanel agents={snapshot.agents} />
        </Drawer>
      )}
      {isCreating && <TaskDialog snapshot={snapshot} onClose={() => setCreating(false)} />}
    </div>
  );
}

/** A snapshot holds all open tasks and the newest done ones: the rest are done. */
const toDoneTotal = ({ tasks, tasks_total }: BoardSnapshot): number =>
  tasks_total - tasks.filter(({ status }) => status !== 'done').length;

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
