import { Link } from '@tanstack/react-router';
import type { Agent } from '#console/api/contract.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { agentStatusLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';

/** Who works on the board, how they are, and why not. */
export function AgentsPanel({ agents }: { agents: readonly Agent[] }) {
  if (agents.length === 0)
    return (
      <p className="px-5 py-4 text-fg-2">
        No agent works here yet. Open an agent of the fleet and put it on this board, or let it enrol with the board's
        id.
      </p>
    );
  return (
    <ul className="px-5 py-2">
      {agents.map((agent) => (
        <li key={agent.id} className="grid gap-0.5 border-b py-2.5 last:border-b-0">
          <p className="flex items-center gap-2">
            <Mark look={agentStatusLooks[agent.status]} label={agentStatusLooks[agent.status].word} />
            <Link
              to="/agents/$agentId"
              params={{ agentId: agent.id }}
              className="min-w-0 truncate font-medium hover:text-accent"
            >
              <ForeignText text={agent.name} />
            </Link>
            {agent.is_board_lead && <Badge>lead</Badge>}
            <span className="ml-auto text-sm text-fg-3">
              {agentStatusLooks[agent.status].word}, seen <Ago at={agent.last_seen_at} />
            </span>
          </p>
          {agent.last_error && (
            <p className="pl-5 text-sm text-bad">
              <ForeignText text={agent.last_error.message} />
              {agent.next_retry_at && (
                <>
                  {' '}
                  Next try <Ago at={agent.next_retry_at} />.
                </>
              )}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
