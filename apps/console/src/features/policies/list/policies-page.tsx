import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { toListState } from '#console/api/list-state.ts';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { violationTrendsQuery } from '#console/api/queries/enforcement/violation-trends.ts';
import { policiesQuery } from '#console/api/queries/policies/policies.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { FilterBar, PageHead } from '#console/ui/layout/page.tsx';
import { policyLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { NoPolicies } from './no-policies.tsx';
import { PoliciesTable } from './policies-table.tsx';
import { toPolicyLines } from './policy-lines.ts';
import { POLICY_MODES } from './policy-search.ts';

const route = getRouteApi('/frame/policies');

const modeChoices = POLICY_MODES.map((value) => ({
  value,
  label: policyLooks[value].word,
  mark: <Mark look={policyLooks[value]} />,
}));

/** What agents may do, policy by policy. */
export function PoliciesPage() {
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: typeof filters) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const [typed, setTyped] = useTyped(filters.q ?? '', (q) => set({ q: q.trim() || undefined }));
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const list = useInfiniteQuery({ ...policiesQuery(filters), placeholderData: keepPreviousData });
  const policies = useItems(list.data);
  const lastDay = useQuery({ ...violationTrendsQuery('rule', 24), enabled: isAdmin }).data;
  const rows = toPolicyLines(policies, lastDay?.items ?? []);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const onEnd = useNextPage(list);
  return (
    <>
      <PageHead
        title="Policies"
        actions={
          isAdmin && (
            <LinkButton to="/policies/new" tone="primary" icon={Plus}>
              New policy
            </LinkButton>
          )
        }
      >
        <FilterBar>
          <SearchInput label="Name" value={typed} onChange={setTyped} className="w-52 shrink-0" />
          <ChoiceMenu label="Mode" choices={modeChoices} value={filters.mode} onChange={(mode) => set({ mode })} />
          <Button
            tone={filters.archived ? 'plain' : 'ghost'}
            aria-pressed={filters.archived === true}
            onClick={() => set({ archived: filters.archived ? undefined : true })}
          >
            Archived
          </Button>
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
          what="The policies could not be loaded"
          isEmpty={policies.length === 0}
          empty={<NoPolicies isFiltered={isFiltered} canWrite={isAdmin} />}
        >
          <PoliciesTable policies={rows} onEnd={onEnd} />
        </ListStates>
      </div>
    </>
  );
}
