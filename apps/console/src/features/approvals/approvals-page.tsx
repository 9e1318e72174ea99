import { getRouteApi } from '@tanstack/react-router';
import { compact } from '#console/lib/search-params.ts';
import { ApprovalsInbox } from './approvals-inbox.tsx';

const route = getRouteApi('/frame/approvals');

/** Everything that waits for a person, over all boards. */
export function ApprovalsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <ApprovalsInbox
      title="Approvals"
      search={search}
      onSearch={(change) => void navigate({ search: (before) => compact({ ...before, ...change }), replace: true })}
    />
  );
}
