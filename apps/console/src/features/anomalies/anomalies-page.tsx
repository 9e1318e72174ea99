import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { toListState } from '#console/api/list-state.ts';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { anomaliesQuery } from '#console/api/queries/enforcement/anomalies.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { FilterBar, PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { anomalyLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { AnomaliesTable } from './anomalies-table.tsx';
import { AnomalyDrawer } from './anomaly-drawer.tsx';
import { type AnomalySearch, SEVERITIES } from './anomaly-search.ts';

const route = getRouteApi('/frame/admins/anomalies');

const stateChoices = [
  { value: 'active', label: 'Open' },
  { value: 'closed', label: 'Closed' },
] as const;

const severityChoices = SEVERITIES.map((value) => ({
  value,
  label: anomalyLooks[value].word,
  mark: <Mark look={anomalyLooks[value]} />,
}));

/** What agents do that is unusual: since when, how far off, and who is behind it. */
export function AnomaliesPage() {
  const { id, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: AnomalySearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const list = useInfiniteQuery({ ...anomaliesQuery(filters), placeholderData: keepPreviousData });
  const anomalies = useItems(list.data);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const onEnd = useNextPage(list);
  return (
    <div className={cx(id !== undefined && DRAWER_SPACE)}>
      <PageHead title="Anomalies">
        <FilterBar>
          <ChoiceMenu label="State" choices={stateChoices} value={filters.state} onChange={(state) => set({ state })} />
          <ChoiceMenu
            label="Severity"
            choices={severityChoices}
            value={filters.severity}
            onChange={(severity) => set({ severity })}
          />
          {isFiltered && (
            <Button tone="ghost" onClick={() => void navigate({ search: {}, replace: true })}>
              Clear
            </Button>
          )}
        </FilterBar>
      </PageHead>
      <div className="border-t">
        <ListStates
          state={toListState(list)}
          what="The anomalies could not be loaded"
          isEmpty={anomalies.length === 0}
          empty={<NoAnomalies isFiltered={isFiltered} />}
        >
          <AnomaliesTable anomalies={anomalies} selectedId={id} onEnd={onEnd} />
        </ListStates>
      </div>
      {id && <AnomalyDrawer key={id} id={id} onClose={() => set({ id: undefined })} />}
    </div>
  );
}

const NoAnomalies = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered ? (
    <Empty title="No anomaly matches">
      <p>Widen the filters.</p>
    </Empty>
  ) : (
    <Empty title="Nothing unusual">
      <p>
        After 50 runs an agent is compared with what it usually does: latency, tokens, failures, attempts, tools and
        steps. Loops and token burns are told from the first run on.
      </p>
    </Empty>
  );
