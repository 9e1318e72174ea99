import type { Activity, Board } from '#console/api/contract.ts';
import { NONE, toWords } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { ActivityLink } from './activity-link.tsx';

interface ActivityLine extends Activity {
  board: string | undefined;
}

interface ActivityTableProps {
  lines: readonly Activity[];
  boards: readonly Board[];
  selectedId: string | undefined;
  onEnd: (() => void) | undefined;
}

/** Events, newest first; a row leads to what it is about. */
export function ActivityTable({ lines, boards, selectedId, onEnd }: ActivityTableProps) {
  const names = new Map(boards.map(({ id, name }) => [id, name]));
  const rows = lines.map((line) => ({ ...line, board: names.get(line.board_id ?? '') }));
  return (
    <DataTable
      label="Activity"
      rows={rows}
      rowKey={idOf}
      columns={columns}
      card={(line) => <ActivityCard line={line} />}
      rowData={dataOf}
      selectedKey={selectedId}
      onEnd={onEnd}
    />
  );
}

const idOf = ({ id }: ActivityLine) => id;
const dataOf = ({ created_at }: ActivityLine) => ({ 'data-event-at': created_at });

const columns: readonly Column<ActivityLine>[] = [
  { id: 'kind', header: 'What', track: '190px', from: 560, cell: (line) => <Kind event={line} /> },
  { id: 'message', header: 'Message', track: 'minmax(160px, 3fr)', cell: (line) => <Message event={line} /> },
  { id: 'actor', header: 'By', track: 'minmax(110px, 1fr)', from: 720, cell: (line) => <Actor event={line} /> },
  {
    id: 'board',
    header: 'Board',
    track: 'minmax(100px, 1fr)',
    from: 860,
    cell: ({ board }) => <span className="text-fg-2">{board === undefined ? NONE : <ForeignText text={board} />}</span>,
  },
  {
    id: 'at',
    header: 'When',
    track: '84px',
    align: 'end',
    cell: ({ created_at }) => <Ago at={created_at} className="text-fg-2" />,
  },
];

const isDeletion = ({ event_type }: Activity) => /[._]deleted$/.test(event_type);

/** What kind of event it is; a deletion says so by weight and word. */
export function Kind({ event }: { event: Activity }) {
  return (
    <span title={event.event_type} className={cx(isDeletion(event) ? 'font-medium text-bad' : 'text-fg-2')}>
      {toWords(event.event_type)}
    </span>
  );
}

/** Its words, leading to what it is about. */
export function Message({ event }: { event: Activity }) {
  return (
    <ActivityLink event={event} className="hover:text-accent">
      <ForeignText text={event.message ?? toWords(event.event_type)} />
    </ActivityLink>
  );
}

export function Actor({ event: { actor } }: { event: Activity }) {
  return (
    <span className="text-fg-2">
      <ForeignText text={actor.name ?? actor.kind} />
    </span>
  );
}

function ActivityCard({ line }: { line: ActivityLine }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <p className="line-clamp-2">
        <Message event={line} />
      </p>
      <p className="flex flex-wrap gap-x-3 text-sm text-fg-3">
        <Kind event={line} />
        <Actor event={line} />
        <Ago at={line.created_at} className="ml-auto" />
      </p>
    </div>
  );
}
