import { useMemo, useState } from 'react';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { stepLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { stepKinds } from './kinds.ts';
import type { StepKind, StepStatus, Trace, TraceRow } from './trace.ts';

/** What is looked for among the steps. */
export interface TraceFilter {
  text: string;
  kind: StepKind | undefined;
  status: StepStatus | undefined;
}

const NOTHING: TraceFilter = { text: '', kind: undefined, status: undefined };

const KINDS = ['llm', 'tool', 'subagent', 'human', 'reasoning', 'other'] as const satisfies StepKind[];
const STATUSES = ['running', 'ok', 'error', 'blocked', 'cancelled', 'reused'] as const satisfies StepStatus[];

const statusChoices = STATUSES.map((value) => ({
  value,
  label: stepLooks[value].word,
  mark: <Mark look={stepLooks[value]} />,
}));
const kindChoices = KINDS.map((value) => ({ value, label: stepKinds[value].word }));

const isMatch = (row: TraceRow, { text, kind, status }: TraceFilter) =>
  row.name.toLowerCase().includes(text.toLowerCase()) &&
  (kind === undefined || row.kind === kind) &&
  (status === undefined || row.status === status);

/** The filter and the keys of the steps that pass it; undefined while everything does. */
export function useTraceFilter(trace: Trace) {
  const [filter, setFilter] = useState(NOTHING);
  const found = useMemo(() => {
    const isOff = filter.text === '' && filter.kind === undefined && filter.status === undefined;
    return isOff ? undefined : new Set(trace.rows.filter((row) => isMatch(row, filter)).map(({ key }) => key));
  }, [filter, trace]);
  return { filter, setFilter, found };
}

interface TraceFilterBarProps {
  filter: TraceFilter;
  onChange: (filter: TraceFilter) => void;
  total: number;
  found: number | undefined;
}

/** Looks for steps by name, kind and status; the others recede. */
export function TraceFilterBar({ filter, onChange, total, found }: TraceFilterBarProps) {
  const [typed, setTyped] = useTyped(filter.text, (text) => onChange({ ...filter, text }));
  return (
    <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-b bg-surface px-3 py-1.5 sm:px-4">
      <SearchInput label="Find a step" value={typed} onChange={setTyped} className="w-44 max-w-full" />
      <ChoiceMenu
        label="Kind"
        choices={kindChoices}
        value={filter.kind}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
      <ChoiceMenu
        label="Status"
        choices={statusChoices}
        value={filter.status}
        onChange={(status) => onChange({ ...filter, status })}
      />
      <span aria-live="polite" className="num truncate text-sm text-fg-3">
        {found === undefined ? plural(total, 'step') : `${found} of ${plural(total, 'step')}`}
      </span>
      <Legend />
    </div>
  );
}

function Legend() {
  return (
    <p aria-hidden className="ml-auto hidden items-center gap-4 text-sm text-fg-3 2xl:flex">
      <span className="flex items-center gap-1.5">
        <span className="hatched h-2.5 w-4" /> waiting
      </span>
      <span className="flex items-center gap-1.5">
        <span className="h-px w-4 bg-fg-3" /> decides the duration
      </span>
    </p>
  );
}
