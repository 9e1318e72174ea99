import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useItems } from '#console/api/pages.ts';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { type AnalyticsScope, breakdownQuery } from '#console/api/queries/fleet/analytics.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { shortenMiddle } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { FilterBar } from '#console/ui/layout/page.tsx';
import { type AnalyticsSearch, DEFAULT_RANGE, RANGES } from './analytics-search.ts';

const ranges = RANGES.map((value) => ({ value, label: value }));

interface AnalyticsFiltersProps {
  scope: AnalyticsScope;
  search: AnalyticsSearch;
  onChange: (change: AnalyticsSearch) => void;
}

/** The range and whose figures; every one of them stands in the address. */
export function AnalyticsFilters({ scope, search, onChange }: AnalyticsFiltersProps) {
  const agents = useItems(useInfiniteQuery(agentsQuery({})).data);
  const boards = useQuery(boardsQuery).data?.items ?? [];
  const models = useQuery(breakdownQuery({ hours: scope.hours }, { by: 'model', sort: 'n' })).data?.items ?? [];
  const { range = DEFAULT_RANGE, agent_id, agent_type, version_id, board_id, model } = search;
  const types = [...new Set(agents.map((agent) => agent.agent_type))].sort();
  const isFiltered = [agent_id, agent_type, version_id, board_id, model].some((value) => value !== undefined);
  const toNamed = ({ id, name }: { id: string; name: string }) => ({ value: id, label: toVisibleText(name) });
  const toText = (value: string) => ({ value, label: toVisibleText(value) });
  return (
    <FilterBar>
      <Segmented
        label="Range"
        choices={ranges}
        value={range}
        onChange={(next) => onChange({ range: next === DEFAULT_RANGE ? undefined : next })}
      />
      <ChoiceMenu
        label="Agent"
        choices={agents.map(toNamed)}
        value={agent_id}
        onChange={(next) => onChange({ agent_id: next, version_id: undefined })}
      />
      <ChoiceMenu
        label="Type"
        choices={types.map(toText)}
        value={agent_type}
        onChange={(next) => onChange({ agent_type: next })}
      />
      <ChoiceMenu
        label="Model"
        choices={models.map(({ key }) => toText(key))}
        value={model}
        onChange={(next) => onChange({ model: next })}
      />
      <ChoiceMenu
        label="Board"
        choices={boards.map(toNamed)}
        value={board_id}
        onChange={(next) => onChange({ board_id: next })}
      />
      {version_id && <span className="shrink-0 font-mono text-sm text-fg-2">Version {shortenMiddle(version_id)}</span>}
      {isFiltered && (
        <Button tone="ghost" onClick={() => onChange(NO_FILTER)}>
          Clear
        </Button>
      )}
    </FilterBar>
  );
}

const NO_FILTER: AnalyticsSearch = {
  agent_id: undefined,
  agent_type: undefined,
  version_id: undefined,
  board_id: undefined,
  model: undefined,
};
