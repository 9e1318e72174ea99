import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { agentQuery } from '#console/api/queries/fleet/agents.ts';
import type { RunFilters } from '#console/api/queries/fleet/runs.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { shortenMiddle } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { FilterBar } from '#console/ui/layout/page.tsx';
import { runLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { RUN_STATUSES } from '../run-search.ts';

const statusChoices = RUN_STATUSES.map((value) => ({
  value,
  label: runLooks[value].word,
  mark: <Mark look={runLooks[value]} />,
}));

interface RunFiltersProps {
  filters: RunFilters;
  onChange: (filters: RunFilters) => void;
}

/** The filters of a run list; every one of them stands in the address. */
export function RunFilterBar({ filters, onChange }: RunFiltersProps) {
  const set = (change: RunFilters) => onChange({ ...filters, ...change });
  const [typed, setTyped] = useTyped(filters.q ?? '', (q) => set({ q: q || undefined }));
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <FilterBar>
      <SearchInput label="Run id, name or error" value={typed} onChange={setTyped} className="w-56 shrink-0" />
      <ChoiceMenu
        label="Status"
        choices={statusChoices}
        value={filters.status}
        onChange={(status) => set({ status })}
      />
      <Toggle
        label="Violations"
        isOn={filters.has_violation === true}
        onToggle={(isOn) => set({ has_violation: isOn || undefined })}
      />
      <Toggle
        label="Root runs"
        isOn={filters.root_only === true}
        onToggle={(isOn) => set({ root_only: isOn || undefined })}
      />
      {filters.agent_id && <AgentChip id={filters.agent_id} onRemove={() => set({ agent_id: undefined })} />}
      {filters.tool && <Chip name="Tool" value={filters.tool} onRemove={() => set({ tool: undefined })} />}
      {filters.model && <Chip name="Model" value={filters.model} onRemove={() => set({ model: undefined })} />}
      {filters.version_id && (
        <Chip
          name="Version"
          value={shortenMiddle(filters.version_id)}
          onRemove={() => set({ version_id: undefined })}
        />
      )}
      {isFiltered && (
        <Button tone="ghost" onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </FilterBar>
  );
}

function Toggle({ label, isOn, onToggle }: { label: string; isOn: boolean; onToggle: (isOn: boolean) => void }) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={() => onToggle(!isOn)}
      className={cx(
        'touch inline-flex h-7 shrink-0 items-center rounded border px-2.5 whitespace-nowrap hover:bg-sunken',
        isOn ? 'border-accent bg-accent-soft font-medium text-fg' : 'border-line-strong bg-surface text-fg-2',
      )}
    >
      {label}
    </button>
  );
}

function AgentChip({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { data } = useQuery(agentQuery(id));
  return <Chip name="Agent" value={data ? toVisibleText(data.name) : shortenMiddle(id)} onRemove={onRemove} />;
}

function Chip({ name, value, onRemove }: { name: string; value: string; onRemove: () => void }) {
  return (
    <span className="inline-flex h-7 shrink-0 items-center gap-1.5 rounded border border-accent bg-accent-soft pl-2.5 whitespace-nowrap">
      <span className="text-fg-2">{name}</span>
      <span className="max-w-40 truncate font-medium">{value}</span>
      <button
        type="button"
        aria-label={`Remove the filter ${name}`}
        onClick={onRemove}
        className="touch flex h-full w-7 items-center justify-center text-fg-3 hover:text-fg"
      >
        <X aria-hidden size={13} />
      </button>
    </span>
  );
}
