import { Link } from '@tanstack/react-router';
import type { Job } from '#console/api/contract.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { jobLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';

interface JobsTableProps {
  jobs: readonly Job[];
  selectedId: string | undefined;
  onEnd: () => void;
}

/** Jobs, newest first; a row opens its detail beside the list. */
export function JobsTable({ jobs, selectedId, onEnd }: JobsTableProps) {
  return (
    <DataTable
      label="Jobs"
      rows={jobs}
      rowKey={idOf}
      columns={columns}
      card={(job) => <JobCard job={job} />}
      selectedKey={selectedId}
      onEnd={onEnd}
    />
  );
}

const idOf = ({ id }: Job) => id;

const columns: readonly Column<Job>[] = [
  { id: 'state', header: 'State', track: '108px', cell: ({ state }) => <MarkedWord look={jobLooks[state]} /> },
  { id: 'kind', header: 'Kind', track: 'minmax(150px, 1fr)', cell: (job) => <KindLink job={job} /> },
  {
    id: 'subject',
    header: 'About',
    track: 'minmax(110px, 1fr)',
    from: 640,
    cell: (job) => <Subject job={job} />,
  },
  {
    id: 'note',
    header: 'Error or what it waits for',
    track: 'minmax(160px, 2fr)',
    from: 780,
    cell: (job) => <Note job={job} />,
  },
  {
    id: 'attempts',
    header: 'Attempts',
    track: '72px',
    align: 'end',
    from: 540,
    cell: ({ attempts, max_attempts }) => `${attempts} / ${max_attempts}`,
  },
  {
    id: 'changed',
    header: 'Changed',
    track: '84px',
    align: 'end',
    cell: ({ updated_at }) => <Ago at={updated_at} className="text-fg-2" />,
  },
];

function KindLink({ job }: { job: Job }) {
  return (
    <Link
      data-row-link
      from="/jobs"
      to="/jobs"
      search={(before) => ({ ...before, id: job.id })}
      replace
      className="truncate font-mono text-sm font-medium hover:text-accent"
    >
      {job.kind}
    </Link>
  );
}

function Subject({ job: { subject } }: { job: Job }) {
  if (subject === null) return <>{NONE}</>;
  return (
    <span className="text-fg-2">
      {subject.kind} <span className="font-mono text-sm text-fg-3">…{subject.id.slice(-6)}</span>
    </span>
  );
}

function Note({ job: { error, waits_for } }: { job: Job }) {
  if (error) return <ForeignText text={`${error.code}: ${error.message}`} />;
  return <span className="text-fg-3">{waits_for === null ? '' : `waits for ${waits_for.replace(':', ' ')}`}</span>;
}

function JobCard({ job }: { job: Job }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center justify-between gap-2.5">
        <KindLink job={job} />
        <MarkedWord look={jobLooks[job.state]} />
      </div>
      <p className="flex flex-wrap gap-x-3 text-sm text-fg-3">
        <Subject job={job} />
        <span className="num">
          {job.attempts} of {job.max_attempts} attempts
        </span>
        <Ago at={job.updated_at} className="ml-auto" />
      </p>
      {job.error && (
        <p className="truncate text-sm">
          <Note job={job} />
        </p>
      )}
    </div>
  );
}
