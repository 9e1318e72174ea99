import { getRouteApi } from '@tanstack/react-router';
import { Snippet } from '#console/ui/data/copy.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { LiveRuns } from './live-runs.tsx';

const route = getRouteApi('/frame/runs');

/** Every run of the organization as it happens. */
export function RunsPage() {
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <LiveRuns
      filters={filters}
      onFilter={(search) => void navigate({ search, replace: true })}
      empty={<NoRuns />}
      renderHead={(filterBar, pauseButton) => (
        <PageHead title="Runs" actions={pauseButton}>
          {filterBar}
        </PageHead>
      )}
    />
  );
}

function NoRuns() {
  return (
    <Empty title="No run yet">
      <p>
        A run appears here with its first step, usually within half a second. To watch a real fleet, let the demo report
        here:
      </p>
      <Snippet label="Terminal" code={`MC_URL=${window.location.origin} MC_KEY=mcs_… npm run demo`} />
    </Empty>
  );
}
