import { Link } from '@tanstack/react-router';
import type { Board, BoardGroup } from '#console/api/contract.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';

interface BoardsTableProps {
  boards: readonly Board[];
  groups: readonly BoardGroup[];
}

interface BoardLine extends Board {
  group: string | undefined;
}

/** Boards by name. */
export function BoardsTable({ boards, groups }: BoardsTableProps) {
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  const rows = boards.map((board) => ({ ...board, group: names.get(board.board_group_id ?? '') }));
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
  { id: 'name', header: 'Board', track: 'minmax(160px, 1.2fr)', cell: (board) => <BoardLink board={board} /> },
  {
    id: 'description',
    header: 'Description',
    track: 'minmax(160px, 2fr)',
    from: 760,
    cell: (board) => (
      <span className="text-fg-2">
        <ForeignText text={board.description} />
      </span>
    ),
  },
  {
    id: 'group',
    header: 'Group',
    track: 'minmax(100px, 1fr)',
    cell: ({ group }) => <span className="text-fg-2">{group === undefined ? NONE : <ForeignText text={group} />}</span>,
  },
  {
    id: 'type',
    header: 'Type',
    track: '96px',
    from: 640,
    cell: (board) => <span className="text-fg-2">{board.board_type}</span>,
  },
  {
    id: 'updated',
    header: 'Changed',
    track: '84px',
    align: 'end',
    cell: (board) => <Ago at={board.updated_at} className="text-fg-2" />,
  },
];

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
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center gap-2.5">
        <BoardLink board={board} />
        <Ago at={board.updated_at} className="ml-auto shrink-0 text-sm text-fg-3" />
      </div>
      <p className="truncate text-sm text-fg-2">
        <ForeignText text={board.description} />
      </p>
      {board.group !== undefined && (
        <p className="text-sm text-fg-3">
          <ForeignText text={board.group} />
        </p>
      )}
    </div>
  );
}
