import { useQuery } from '@tanstack/react-query';
import type { AgentFilters } from '#console/api/queries/fleet/agents.ts';
import { gatewaysQuery } from '#console/api/queries/gateways/gateways.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { FilterBar } from '#console/ui/layout/page.tsx';
import { controlLooks, healthLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { CONTROL_STATES, HEALTHS } from './agent-search.ts';

const healthChoices = HEALTHS.map((value) => ({
  value,
  label: healthLooks[value].word,
  mark: <Mark look={healthLooks[value]} />,
}));
const stateChoices = CONTROL_STATES.map((value) => ({
  value,
  label: controlLooks[value].word,
  mark: <Mark look={controlLooks[value]} />,
}));

interface AgentFilterBarProps {
  filters: AgentFilters;
  onChange: (change: AgentFilters) => void;
  onClear: () => void;
  /** Members may not read gateways. */
  isAdmin: boolean;
}

const toChoices = (rows: readonly { id: string; name: string }[] = []) =>
  rows.map(({ id, name }) => ({ value: id, label: toVisibleText(name) }));

/** What the list of agents is narrowed to. */
export function AgentFilterBar({ filters, onChange, onClear, isAdmin }: AgentFilterBarProps) {
  const [typed, setTyped] = useTyped(filters.q ?? '', (q) => onChange({ q: q || undefined }));
  const boards = toChoices(useQuery(boardsQuery).data?.items);
  const gateways = toChoices(useQuery({ ...gatewaysQuery, enabled: isAdmin }).data?.items);
  return (
    <FilterBar>
      <SearchInput label="Name, slug or type" value={typed} onChange={setTyped} className="w-56 shrink-0" />
      <ChoiceMenu
        label="Health"
        choices={healthChoices}
        value={filters.health}
        onChange={(health) => onChange({ health })}
      />
      <ChoiceMenu
        label="State"
        choices={stateChoices}
        value={filters.control_state}
        onChange={(control_state) => onChange({ control_state })}
      />
      {boards.length > 0 && (
        <ChoiceMenu
          label="Board"
          choices={boards}
          value={filters.board_id}
          onChange={(board_id) => onChange({ board_id })}
        />
      )}
      {gateways.length > 0 && (
        <ChoiceMenu
          label="Gateway"
          choices={gateways}
          value={filters.gateway_id}
          onChange={(gateway_id) => onChange({ gateway_id })}
        />
      )}
      {Object.keys(filters).length > 0 && (
        <Button tone="ghost" onClick={onClear}>
          Clear
        </Button>
      )}
    </FilterBar>
  );
}
