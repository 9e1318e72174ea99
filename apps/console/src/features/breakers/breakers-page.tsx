import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { toListState } from '#console/api/list-state.ts';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { breakersQuery } from '#console/api/queries/enforcement/breakers.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { FilterBar, PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { breakerLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { BreakerDrawer } from './breaker-drawer.tsx';
import { BREAKER_STATES, type BreakerSearch } from './breaker-search.ts';
import { BreakersTable } from './breakers-table.tsx';

const route = getRouteApi('/frame/admins/breakers');

const stateChoices = BREAKER_STATES.map((value) => ({
  value,
  label: breakerLooks[value].word,
  mark: <Mark look={breakerLooks[value]} />,
}));

/** Circuit breakers of agents, versions and tools: what is open, why, and when it tries again. */
export function BreakersPage() {
  const { id, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: BreakerSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const list = useInfiniteQuery({ ...breakersQuery(filters), placeholderData: keepPreviousData });
  const breakers = useItems(list.data);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const onEnd = useNextPage(list);
  return (
    <div className={cx(id !== undefined && DRAWER_SPACE)}>
      <PageHead title="Breakers">
        <FilterBar>
          <ChoiceMenu label="State" choices={stateChoices} value={filters.state} onChange={(state) => set({ state })} />
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
          what="The breakers could not be loaded"
          isEmpty={breakers.length === 0}
          empty={<NoBreakers isFiltered={isFiltered} />}
        >
          <BreakersTable breakers={breakers} selectedId={id} onEnd={onEnd} />
        </ListStates>
      </div>
      {id && <BreakerDrawer key={id} id={id} onClose={() => set({ id: undefined })} />}
    </div>
  );
}

function NoBreakers({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No breaker matches">
      <p>Widen the filters.</p>
    </Empty>
  ) : (
    <Empty
      title="No breaker yet"
      action={
        <LinkButton to="/policies/new" search={{ template: 'breaker' }} tone="primary">
          Write one
        </LinkButton>
      }
    >
      <p>
        A policy with a breaker watches error rate, latency or violations, and stops what fails until it is well again.
        It appears here as soon as an agent in its scope calls something.
      </p>
    </Empty>
  );
}
