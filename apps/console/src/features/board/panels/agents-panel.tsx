import { Link } from '@tanstack/react-router';
import type { Agent } from '#console/api/contract.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { Mark, type StateLook } from '#console/ui/state/mark.tsx';

const looks = {
  online: { tone: 'ok', shape: 'dot', word: 'Online' },
  offline: { tone: 'idle', shape: 'ring', word: 'Offline' },
  provisioning: { tone: 'run', shape: 'target', word: 'Being set up' },
  updating: { tone: 'run', shape: 'target', word: 'Being changed' },
  deleting: { tone: 'idle', shape: 'ring', word: 'Going' },
} as const satisfies Record<Agent['status'], StateLook>;

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
            <Mark look={looks[agent.status]} label={looks[agent.status].word} />
            <Link
              to="/agents/$agentId"
              params={{ agentId: agent.id }}
              className="min-w-0 truncate font-medium hover:text-accent"
            >
              <ForeignText text={agent.name} />
            </Link>
            {agent.is_board_lead && <Badge>lead</Badge>}
            <span className="ml-auto text-sm text-fg-3">
              {looks[agent.status].word}, seen <Ago at={agent.last_seen_at} />
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
