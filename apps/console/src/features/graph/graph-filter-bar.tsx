import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { FilterBar } from '#console/ui/layout/page.tsx';
import { GROUPS, type GraphSearch, WINDOWS } from './graph-search.ts';
import { toInstantAgo } from './instants.ts';

const windows = WINDOWS.map((value) => ({ value, label: value }));
const views = [
  { value: 'picture', label: 'Picture' },
  { value: 'table', label: 'Table' },
] as const;
const groups = GROUPS.map((value) => ({ value, label: value === 'type' ? 'Agent type' : 'Board' }));
const tools = [{ value: 'tools', label: 'shown' }] as const;
const PAST = { '15m': 15, '1h': 60, '6h': 360, '24h': 1_440, '48h': 2_880 } as const;
const past = (['15m', '1h', '6h', '24h', '48h'] as const).map((value) => ({ value, label: `${value} ago` }));

interface GraphFilterBarProps {
  search: GraphSearch & { view: 'picture' | 'table' };
  onChange: (change: GraphSearch) => void;
}

/** Over what time, of what, and how it is shown. */
export function GraphFilterBar({ search, onChange }: GraphFilterBarProps) {
  const { window = '5m', view, group_by, include, at } = search;
  return (
    <FilterBar>
      <Segmented
        label="Window"
        choices={windows}
        value={window}
        onChange={(next) => onChange({ window: next === '5m' ? undefined : next })}
      />
      <Segmented label="View" choices={views} value={view} onChange={(next) => onChange({ as: next })} />
      <ChoiceMenu label="Group" choices={groups} value={group_by} onChange={(next) => onChange({ group_by: next })} />
      <ChoiceMenu label="Tools" choices={tools} value={include} onChange={(next) => onChange({ include: next })} />
      <ChoiceMenu
        label="Past"
        choices={past}
        value={undefined}
        onChange={(next) => onChange({ at: next && toInstantAgo(PAST[next]) })}
      />
      {at !== undefined && (
        <span className="inline-flex items-center gap-2 whitespace-nowrap text-warn">
          as it was <Ago at={at} />
          <Button tone="ghost" onClick={() => onChange({ at: undefined })}>
            Back to now
          </Button>
        </span>
      )}
    </FilterBar>
  );
}
