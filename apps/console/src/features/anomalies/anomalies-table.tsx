import { Link } from '@tanstack/react-router';
import type { Anomaly } from '#console/api/contract.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { anomalyLooks } from '#console/ui/state/looks.ts';
import { Mark, MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { formatOf, toName, toUsualText } from './anomaly-text.ts';

interface AnomaliesTableProps {
  anomalies: readonly Anomaly[];
  selectedId: string | undefined;
  onEnd: () => void;
}

/** Anomalies, newest first; a row opens its detail beside the list. */
export function AnomaliesTable({ anomalies, selectedId, onEnd }: AnomaliesTableProps) {
  return (
    <DataTable
      label="Anomalies"
      rows={anomalies}
      rowKey={idOf}
      columns={columns}
      card={(anomaly) => <AnomalyCard anomaly={anomaly} />}
      selectedKey={selectedId}
      onEnd={onEnd}
    />
  );
}

const idOf = (anomaly: Anomaly) => anomaly.id;

const columns: readonly Column<Anomaly>[] = [
  {
    id: 'severity',
    header: 'Severity',
    track: '112px',
    cell: ({ severity }) => <MarkedWord look={anomalyLooks[severity]} />,
  },
  {
    id: 'agent',
    header: 'Agent',
    track: 'minmax(130px, 1fr)',
    cell: (anomaly) => <AnomalyLink anomaly={anomaly} />,
  },
  { id: 'what', header: 'What', track: 'minmax(160px, 1fr)', cell: (anomaly) => <What anomaly={anomaly} /> },
  {
    id: 'observed',
    header: 'Observed',
    track: '110px',
    align: 'end',
    from: 700,
    cell: (anomaly) => <span className="num">{formatOf(anomaly)(anomaly.observed)}</span>,
  },
  {
    id: 'usual',
    header: 'Usual',
    track: '170px',
    align: 'end',
    from: 900,
    cell: (anomaly) => <span className="num text-fg-2">{toUsualText(anomaly)}</span>,
  },
  {
    id: 'cause',
    header: 'Behind it',
    track: 'minmax(110px, 1fr)',
    from: 1100,
    cell: (anomaly) => <Behind anomaly={anomaly} />,
  },
  {
    id: 'began',
    header: 'Began',
    track: '84px',
    align: 'end',
    cell: ({ began_at }) => <Ago at={began_at} className="text-fg-2" />,
  },
];

function What({ anomaly }: { anomaly: Anomaly }) {
  const { state, feedback } = anomaly;
  return (
    <span className="inline-flex min-w-0 items-center gap-2">
      <span className="truncate">{toName(anomaly)}</span>
      {state !== 'open' && <Badge>{state}</Badge>}
      {feedback === 'expected' && <Badge title="Somebody expected it">expected</Badge>}
    </span>
  );
}

function Behind({ anomaly: { cause, root_anomaly_id } }: { anomaly: Anomaly }) {
  if (cause?.tool) return <ForeignText text={cause.tool} />;
  return <span className="text-fg-2">{root_anomaly_id === null ? 'the agent itself' : 'another agent'}</span>;
}

function AnomalyLink({ anomaly }: { anomaly: Anomaly }) {
  return (
    <Link
      data-row-link
      from="/anomalies"
      to="/anomalies"
      search={(before) => ({ ...before, id: anomaly.id })}
      replace
      className="font-medium hover:text-accent"
    >
      <ForeignText text={anomaly.agent_name} />
    </Link>
  );
}

function AnomalyCard({ anomaly }: { anomaly: Anomaly }) {
  const { severity, began_at } = anomaly;
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center gap-2.5">
        <Mark look={anomalyLooks[severity]} label={anomalyLooks[severity].word} />
        <AnomalyLink anomaly={anomaly} />
        <Ago at={began_at} className="ml-auto shrink-0 text-sm text-fg-3" />
      </div>
      <p className="flex flex-wrap gap-x-3 pl-5 text-sm text-fg-2">
        <What anomaly={anomaly} />
        <span className="num text-fg-3">
          {formatOf(anomaly)(anomaly.observed)}, usual {toUsualText(anomaly)}
        </span>
      </p>
    </div>
  );
}
