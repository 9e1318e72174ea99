import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { toListState } from '#console/api/list-state.ts';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { jobsQuery } from '#console/api/queries/govern/jobs.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { cx } from '#console/ui/class-names.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { FilterBar, PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { jobLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { JobDrawer } from './job-drawer.tsx';
import { JOB_STATES, type JobSearch } from './job-search.ts';
import { JobsTable } from './jobs-table.tsx';

const route = getRouteApi('/frame/admins/jobs');

const stateChoices = JOB_STATES.map((value) => ({
  value,
  label: jobLooks[value].word,
  mark: <Mark look={jobLooks[value]} />,
}));

/** Work in the background, and what was given up and waits for a person. */
export function JobsPage() {
  const { id, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: JobSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const [typed, setTyped] = useTyped(filters.kind ?? '', (kind) => set({ kind: kind.trim() || undefined }));
  const list = useInfiniteQuery({ ...jobsQuery(filters), placeholderData: keepPreviousData });
  const jobs = useItems(list.data);
  const open = jobs.find((job) => job.id === id);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const onEnd = useNextPage(list);
  return (
    <div className={cx(open !== undefined && DRAWER_SPACE)}>
      <PageHead title="Jobs">
        <FilterBar>
          <ChoiceMenu label="State" choices={stateChoices} value={filters.state} onChange={(state) => set({ state })} />
          <SearchInput label="Kind" value={typed} onChange={setTyped} className="w-52 shrink-0" />
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
          what="The jobs could not be loaded"
          isEmpty={jobs.length === 0}
          empty={<NoJobs isFiltered={isFiltered} />}
        >
          <JobsTable jobs={jobs} selectedId={id} onEnd={onEnd} />
        </ListStates>
      </div>
      {open && <JobDrawer key={open.id} job={open} onClose={() => set({ id: undefined })} />}
    </div>
  );
}

function NoJobs({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No job matches">
      <p>A kind is written in full, as in the list. Widen the filters.</p>
    </Empty>
  ) : (
    <Empty title="Nothing under way">
      <p>
        Provisioning, messages to agents and webhooks run here. What fails is tried again by itself; what is given up
        stays until a person sends it again or discards it.
      </p>
    </Empty>
  );
}
