import { Link } from '@tanstack/react-router';
import type { Approval, Board } from '#console/api/contract.ts';
import type { Selection } from '#console/lib/browser/use-selection.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { approvalLook } from '#console/ui/approval/approval-look.ts';
import { toSubject } from '#console/ui/approval/subject.ts';
import { TimeLeft } from '#console/ui/approval/time-left.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';

interface ApprovalLine extends Approval {
  board: string;
  /** The one board whose approvals are listed. */
  isOnBoard: boolean;
}

interface ApprovalsTableProps {
  approvals: readonly Approval[];
  boards: readonly Board[];
  /** The one board whose approvals are listed; without it those of all boards. */
  boardId: string | undefined;
  selectedId: string | undefined;
  selection: Selection;
  canChoose: (approval: Approval) => boolean;
  onEnd: () => void;
}

/** Approvals; a row opens its detail beside the list. */
export function ApprovalsTable(props: ApprovalsTableProps) {
  const { approvals, boards, boardId, selectedId, selection, canChoose, onEnd } = props;
  const names = new Map(boards.map(({ id, name }) => [id, name]));
  const isOnBoard = boardId !== undefined;
  const rows = approvals.map((approval) => ({
    ...approval,
    isOnBoard,
    board: names.get(approval.board_id ?? '') ?? NONE,
  }));
  return (
    <DataTable
      label="Approvals"
      rows={rows}
      rowKey={keyOf}
      columns={isOnBoard ? columnsOfOneBoard : columns}
      selection={{ ...selection, canChoose }}
      card={(approval) => <ApprovalCard approval={approval} />}
      selectedKey={selectedId}
      onEnd={onEnd}
    />
  );
}

/** Names an approval in the address. */
export const keyOf = ({ board_id, id }: Approval) => `${board_id ?? ''}.${id}`;

const columns: readonly Column<ApprovalLine>[] = [
  { id: 'state', header: 'State', track: '132px', cell: (approval) => <MarkedWord look={approvalLook(approval)} /> },
  {
    id: 'action',
    header: 'Action',
    track: 'minmax(140px, 1.4fr)',
    cell: (approval) => <ActionLink approval={approval} />,
  },
  {
    id: 'about',
    header: 'About',
    track: 'minmax(140px, 1.6fr)',
    from: 900,
    cell: (approval) => (
      <span className="text-fg-2">
        <ForeignText text={toSubject(approval) ?? NONE} />
      </span>
    ),
  },
  {
    id: 'board',
    header: 'Board',
    track: 'minmax(100px, 1fr)',
    cell: ({ board }) => (
      <span className="text-fg-2">
        <ForeignText text={board} />
      </span>
    ),
  },
  {
    id: 'by',
    header: 'Asked by',
    track: 'minmax(100px, 1fr)',
    from: 740,
    cell: ({ requested_by }) => (
      <span className="text-fg-2">
        <ForeignText text={requested_by.name ?? requested_by.kind} />
      </span>
    ),
  },
  {
    id: 'confidence',
    header: 'Confidence',
    track: '84px',
    align: 'end',
    from: 720,
    cell: ({ confidence }) => `${Math.round(confidence)}%`,
  },
  {
    id: 'when',
    header: 'Time',
    track: '112px',
    align: 'end',
    cell: (approval) => <When approval={approval} />,
  },
];

const columnsOfOneBoard = columns.filter(({ id }) => id !== 'board');

function When({ approval }: { approval: Approval }) {
  if (approval.status === 'pending') return <TimeLeft at={approval.expires_at} />;
  return <Ago at={approval.resolved_at} className="text-fg-2" />;
}

function ActionLink({ approval }: { approval: ApprovalLine }) {
  const shared = { 'data-row-link': true, replace: true, className: 'font-medium hover:text-accent' } as const;
  const text = <ForeignText text={approval.action_type} />;
  const id = keyOf(approval);
  return approval.isOnBoard ? (
    <Link
      {...shared}
      from="/boards/$boardId/approvals"
      to="/boards/$boardId/approvals"
      search={(before) => ({ ...before, id })}
    >
      {text}
    </Link>
  ) : (
    <Link {...shared} from="/approvals" to="/approvals" search={(before) => ({ ...before, id })}>
      {text}
    </Link>
  );
}

function ApprovalCard({ approval }: { approval: ApprovalLine }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center gap-2.5">
        <Mark look={approvalLook(approval)} label={approvalLook(approval).word} />
        <ActionLink approval={approval} />
        <span className="ml-auto shrink-0 text-sm">
          <When approval={approval} />
        </span>
      </div>
      <p className="truncate pl-5 text-fg-2">
        <ForeignText text={toSubject(approval) ?? approval.board} />
      </p>
      <p className="flex flex-wrap gap-x-3 pl-5 text-sm text-fg-3">
        <ForeignText text={approval.board} />
        <ForeignText text={approval.requested_by.name ?? approval.requested_by.kind} />
      </p>
    </div>
  );
}
