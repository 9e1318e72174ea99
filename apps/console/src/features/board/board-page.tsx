import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { toFailure } from '#console/api/problem.ts';
import { boardSnapshotQuery } from '#console/api/queries/boards.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { BoardColumns } from './columns/board-columns.tsx';

const route = getRouteApi('/frame/boards/$boardId');

/** A board's work: its tasks in columns, and beside them what one looks into. */
export function BoardPage() {
  const { boardId } = route.useParams();
  const { data, error, isPending, refetch } = useQuery(boardSnapshotQuery(boardId));
  if (isPending) return <SkeletonRows rows={12} />;
  if (!data)
    return <Failed what="The board could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  const { board, tasks, approvals } = data;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHead title={<ForeignText text={board.name} />} />
      <BoardColumns board={board} approvals={approvals} tasks={tasks} doneTotal={undefined} />
    </div>
  );
}
