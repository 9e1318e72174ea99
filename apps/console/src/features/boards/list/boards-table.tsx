import { Link } from '@tanstack/react-router';
import type { Board, BoardCounts, BoardGroup } from '#console/api/contract.ts';
import { formatCount, NONE, plural } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { BoardMenu } from './board-menu.tsx';

export type CountedBoard = Board & { counts?: BoardCounts | undefined };

interface BoardsTableProps {
  boards: readonly CountedBoard[];
  groups: readonly BoardGroup[];
  /** For those who may. */
  onDelete: ((board: CountedBoard) => void) | undefined;
}

interface BoardLine extends CountedBoard {
  group: string | undefined;
  onDelete: (() => void) | undefined;
}

/** Boards by name, with what is on them. */
export function BoardsTable({ boards, groups, onDelete }: BoardsTableProps) {
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  const rows = boards.map((board) => ({
    ...board,
    group: names.get(board.board_group_id ?? ''),
    onDelete: onDelete && (() => onDelete(board)),
  }));
  return (
    <DataTable
      label="Boards"
      rows={rows}
      rowKey={idOf}
      columns={columns}
      card={(board) => <BoardCard board={board} />}
    />
  );
}

const idOf = ({ id }: BoardLine) => id;

const columns: readonly Column<BoardLine>[] = [
  { id: 'name', header: 'Board', track: 'minmax(160px, 1.6fr)', cell: (board) => <BoardLink board={board} /> },
  {
    id: 'description',
    header: 'Description',
    track: 'minmax(140px, 2fr)',
    from: 1000,
    cell: (board) => (
      <span className="text-fg-2">
        <ForeignText text={board.description} />
      </span>
    ),
  },
  {
    id: 'group',
    header: 'Group',
    track: 'minmax(90px, 1fr)',
    from: 760,
    cell: ({ group }) => <span className="text-fg-2">{group === undefined ? NONE : <ForeignText text={group} />}</span>,
  },
  {
    id: 'open',
    header: 'Open tasks',
    track: '80px',
    align: 'end',
    cell: ({ counts }) => <Count n={counts?.open_tasks} />,
  },
  {
    id: 'waiting',
    header: 'Waiting',
    track: '64px',
    align: 'end',
    cell: (board) => <WaitingLink board={board} />,
  },
  {
    id: 'online',
    header: 'Online',
    track: '64px',
    align: 'end',
    cell: ({ counts }) =>
      counts && counts.agents > 0 ? (
        `${counts.agents_online} of ${counts.agents}`
      ) : (
        <span className="text-fg-3">{NONE}</span>
      ),
  },
  {
    id: 'updated',
    header: 'Changed',
    track: '76px',
    align: 'end',
    cell: (board) => <Ago at={board.updated_at} className="text-fg-2" />,
  },
  {
    id: 'more',
    header: <span className="sr-only">More</span>,
    track: '28px',
    cell: (board) => <BoardMenu board={board} />,
  },
];

const Count = ({ n }: { n: number | undefined }) => (
  <span className={cx(!n && 'text-fg-3')}>{n === undefined ? NONE : formatCount(n)}</span>
);

/** How many approvals wait, leading to them. */
function WaitingLink({ board: { id, counts } }: { board: BoardLine }) {
  if (!counts || counts.pending_approvals === 0) return <Count n={counts?.pending_approvals} />;
  return (
    <Link
      to="/boards/$boardId/approvals"
      params={{ boardId: id }}
      search={{}}
      aria-label={`${plural(counts.pending_approvals, 'approval')} waiting`}
      className="text-warn hover:underline"
    >
      {counts.pending_approvals}
    </Link>
  );
}

function BoardLink({ board }: { board: BoardLine }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Link
        data-row-link
        to="/boards/$boardId"
        params={{ boardId: board.id }}
        search={{}}
        className="truncate font-medium hover:text-accent"
      >
        <ForeignText text={board.name} />
      </Link>
      {board.paused_at !== null && (
        <Badge tone="warn" title="Its agents are told nothing and change nothing until it goes on">
          paused
        </Badge>
      )}
    </span>
  );
}

function BoardCard({ board }: { board: BoardLine }) {
  const { counts } = board;
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center gap-2.5">
        <BoardLink board={board} />
        <Ago at={board.updated_at} className="ml-auto shrink-0 text-sm text-fg-3" />
        <BoardMenu board={board} />
      </div>
      <p className="truncate text-sm text-fg-2">
        <ForeignText text={board.description} />
      </p>
      <p className="flex flex-wrap gap-x-3 text-sm text-fg-3">
        {board.group !== undefined && <ForeignText text={board.group} />}
        {counts && (
          <>
            <span>{formatCount(counts.open_tasks)} open</span>
            {counts.pending_approvals > 0 && <span className="text-warn">{counts.pending_approvals} waiting</span>}
            {counts.agents > 0 && (
              <span>
                {counts.agents_online} of {counts.agents} online
              </span>
            )}
          </>
        )}
      </p>
    </div>
  );
}
