import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { toListState } from '#console/api/list-state.ts';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { violationGroupsQuery } from '#console/api/queries/fleet/violations.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { FilterBar, PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { enforcementLooks, violationLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { Trends } from './trends.tsx';
import { ViolationDrawer } from './violation-drawer.tsx';
import { ENFORCEMENTS, VIOLATION_STATES, type ViolationSearch } from './violation-search.ts';
import { ViolationsTable } from './violations-table.tsx';

const route = getRouteApi('/frame/violations');

const stateChoices = VIOLATION_STATES.map((value) => ({
  value,
  label: violationLooks[value].word,
  mark: <Mark look={violationLooks[value]} />,
}));
const enforcementChoices = ENFORCEMENTS.map((value) => ({
  value,
  label: enforcementLooks[value].word,
  mark: <Mark look={enforcementLooks[value]} />,
}));

const views = [
  { value: 'list', label: 'List' },
  { value: 'rule', label: 'By rule' },
  { value: 'agent', label: 'By agent' },
  { value: 'tool', label: 'By tool' },
] as const;

/** Calls that agents had not declared or were not allowed to make. */
export function ViolationsPage() {
  const { id, by, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: ViolationSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const list = useInfiniteQuery({ ...violationGroupsQuery(filters), placeholderData: keepPreviousData });
  const violations = useItems(list.data);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const onEnd = useNextPage(list);
  return (
    <div className={cx(id !== undefined && DRAWER_SPACE)}>
      <PageHead title="Violations">
        <FilterBar>
          <Segmented
            label="View"
            choices={views}
            value={by ?? 'list'}
            onChange={(next) => set({ by: next === 'list' ? undefined : next, id: undefined })}
          />
          <ChoiceMenu label="State" choices={stateChoices} value={filters.state} onChange={(state) => set({ state })} />
          <ChoiceMenu
            label="Outcome"
            choices={enforcementChoices}
            value={filters.enforcement}
            onChange={(enforcement) => set({ enforcement })}
          />
          {[filters.rule, filters.code, filters.tool].filter(Boolean).map((text) => (
            <code key={text} className="shrink-0 font-mono text-sm text-fg-2">
              {text}
            </code>
          ))}
          {isFiltered && (
            <Button tone="ghost" onClick={() => void navigate({ search: {}, replace: true })}>
              Clear
            </Button>
          )}
        </FilterBar>
      </PageHead>
      <div className="border-t">
        {by ? (
          <Trends by={by} />
        ) : (
          <ListStates
            state={toListState(list)}
            what="The violations could not be loaded"
            rows={10}
            isEmpty={violations.length === 0}
            empty={<NoViolations isFiltered={isFiltered} />}
          >
            <ViolationsTable violations={violations} selectedId={id} onEnd={onEnd} />
          </ListStates>
        )}
      </div>
      {id && <ViolationDrawer key={id} id={id} filters={filters} onClose={() => set({ id: undefined })} />}
    </div>
  );
}

function NoViolations({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No violation matches">
      <p>Widen the filters.</p>
    </Empty>
  ) : (
    <Empty title="No violation">
      <p>
        A call that an agent did not declare, or that a policy forbids, is stopped in its process and recorded here with
        its full context.
      </p>
    </Empty>
  );
}
