import type { AuditFilters } from '#console/api/queries/govern/audit.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { Button } from '#console/ui/control/button.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { FilterBar } from '#console/ui/layout/page.tsx';

interface AuditFilterBarProps {
  filters: AuditFilters;
  onChange: (change: AuditFilters) => void;
  onClear: (() => void) | undefined;
}

/** What, by which agent, by whom, and when. */
export function AuditFilterBar({ filters, onChange, onClear }: AuditFilterBarProps) {
  return (
    <FilterBar>
      <TextFilter label="Action" value={filters.action} onChange={(action) => onChange({ action })} />
      <TextFilter label="Agent" value={filters.agent} onChange={(agent) => onChange({ agent })} />
      <TextFilter label="Person" value={filters.user} onChange={(user) => onChange({ user })} />
      <DayFilter label="From" value={filters.from} onChange={(from) => onChange({ from })} />
      <DayFilter label="To" value={filters.to} onChange={(to) => onChange({ to })} />
      {onClear && (
        <Button tone="ghost" onClick={onClear}>
          Clear
        </Button>
      )}
    </FilterBar>
  );
}

interface FilterProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

function TextFilter({ label, value = '', onChange }: FilterProps) {
  const [typed, setTyped] = useTyped(value, (next) => onChange(next.trim() || undefined));
  return <SearchInput label={label} value={typed} onChange={setTyped} className="w-40 shrink-0" />;
}

function DayFilter({ label, value = '', onChange }: FilterProps) {
  return (
    <label className="flex shrink-0 items-center gap-1.5 text-fg-2">
      {label}
      <input
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value || undefined)}
        className="touch h-7 rounded border border-line-strong bg-surface px-2 text-fg"
      />
    </label>
  );
}
