import { getRouteApi } from '@tanstack/react-router';
import { Empty } from '#console/ui/feedback/states.tsx';
import { LiveRuns } from './live-runs.tsx';

const route = getRouteApi('/frame/agents/$agentId/runs');

/** The runs of one agent: a tab of its page. */
export function AgentRuns() {
  const { agentId } = route.useParams();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <LiveRuns
      filters={{ ...filters, agent_id: agentId }}
      onFilter={({ agent_id: _, ...search }) => void navigate({ search, replace: true })}
      hasAgent={false}
      empty={
        <Empty title="Enrolled, no run yet">
          <p>Start the agent once: its first step appears here as it happens.</p>
        </Empty>
      }
      renderHead={(filterBar, pauseButton) => (
        <div className="flex items-start justify-between gap-3 px-4 py-3 sm:px-6">
          <div className="min-w-0 flex-1">{filterBar}</div>
          {pauseButton}
        </div>
      )}
    />
  );
}
