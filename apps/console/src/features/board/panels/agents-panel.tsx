import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Agent, BoardSnapshot } from '#console/api/contract.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { agentStatusLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { LeadSetUp } from './lead-set-up.tsx';
import { NudgeButton } from './nudge-button.tsx';
import { RelatedBoards } from './related-boards.tsx';

/** Who works on the board, how they are, and why not; and the boards beside it. */
export function AgentsPanel({ snapshot: { agents, board } }: { snapshot: BoardSnapshot }) {
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const lead = agents.find(({ is_board_lead }) => is_board_lead);
  return (
    <div className="grid gap-4 px-5 py-3">
      {lead && lead.lifecycle_state !== 'steady' && <LeadSetUp lead={lead} isAdmin={isAdmin} />}
      {agents.length === 0 && (
        <p className="text-fg-2">
          No agent works here yet. Open an agent of the fleet and put it on this board, or let it enrol with the board's
          id.
        </p>
      )}
      <ul>
        {agents.map((agent) => (
          <AgentLine key={agent.id} agent={agent} isAdmin={isAdmin} />
        ))}
      </ul>
      {board.board_group_id !== null && <RelatedBoards boardId={board.id} />}
    </div>
  );
}

function AgentLine({ agent, isAdmin }: { agent: Agent; isAdmin: boolean }) {
  const look = agentStatusLooks[agent.status];
  return (
    <li className="grid gap-0.5 border-b py-2.5 last:border-b-0">
      <div className="flex items-center gap-2">
        <Mark look={look} label={look.word} />
        <Link
          to="/agents/$agentId"
          params={{ agentId: agent.id }}
          className="touch flex min-w-0 items-center truncate font-medium hover:text-accent"
        >
          <ForeignText text={agent.name} />
        </Link>
        {agent.is_board_lead && <Badge>lead</Badge>}
        <span className="ml-auto text-right text-sm text-fg-3">
          {look.word},{' '}
          {agent.last_seen_at === null ? (
            'never seen'
          ) : (
            <>
              seen <Ago at={agent.last_seen_at} />
            </>
          )}
        </span>
        {isAdmin && agent.managed && <NudgeButton agent={agent} />}
      </div>
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
  );
}
