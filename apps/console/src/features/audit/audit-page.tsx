import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { auditQuery } from '#console/api/queries/govern/audit.ts';
import { cx } from '#console/ui/class-names.ts';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { AuditActions } from './audit-actions.tsx';
import { AuditDrawer } from './audit-drawer.tsx';
import { AuditFilterBar } from './audit-filter-bar.tsx';
import type { AuditSearch } from './audit-search.ts';
import { AuditTable } from './audit-table.tsx';

const route = getRouteApi('/frame/admins/audit');

/** Who did what, in a chain that shows when it was tampered with. */
export function AuditPage() {
  const { id, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: AuditSearch) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const list = useInfiniteQuery({ ...auditQuery(filters), placeholderData: keepPreviousData });
  const entries = useItems(list.data);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const onEnd = useNextPage(list);
  return (
    <div className={cx(id !== undefined && DRAWER_SPACE)}>
      <PageHead title="Audit" actions={<AuditActions filters={filters} />}>
        <AuditFilterBar
          filters={filters}
          onChange={set}
          onClear={isFiltered ? () => void navigate({ search: {}, replace: true }) : undefined}
        />
      </PageHead>
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={12} />}
        {list.isError && !list.data && (
          <Failed
            what="The audit trail could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {entries.length > 0 && <AuditTable entries={entries} selectedId={id} onEnd={onEnd} />}
        {list.isSuccess && entries.length === 0 && <NoEntries isFiltered={isFiltered} />}
      </div>
      {id && (
        <AuditDrawer key={id} entry={entries.find((entry) => entry.id === id)} onClose={() => set({ id: undefined })} />
      )}
    </div>
  );
}

function NoEntries({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No entry matches">
      <p>An action is written in full, such as approval.approved; an agent by its slug, a person by e-mail.</p>
    </Empty>
  ) : (
    <Empty title="Nothing was done yet">
      <p>
        Every change by a person, an agent or a policy is recorded here within a second, each entry sealed to the one
        before.
      </p>
    </Empty>
  );
}
