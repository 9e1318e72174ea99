import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Agent, Board } from '#console/api/contract.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { agentStatusLooks } from '#console/ui/state/looks.ts';
import { MarkedWord } from '#console/ui/state/mark.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { ManageDialog } from './adopt/manage-dialog.tsx';

interface OurAgentsProps {
  agents: readonly Agent[];
  boards: readonly Board[];
  onEnd: () => void;
}

interface AgentLine extends Agent {
  board: string | undefined;
}

/** Agents of ours on one gateway; a row opens the agent. */
export function OurAgents({ agents, boards, onEnd }: OurAgentsProps) {
  const names = new Map(boards.map(({ id, name }) => [id, name]));
  return (
    <DataTable
      label="Our agents on this gateway"
      rows={agents.map((agent) => ({ ...agent, board: names.get(agent.board_id ?? '') }))}
      rowKey={idOf}
      columns={columns}
      card={(agent) => <AgentCard agent={agent} />}
      onEnd={onEnd}
    />
  );
}

const idOf = ({ id }: AgentLine) => id;

const columns: readonly Column<AgentLine>[] = [
  {
    id: 'state',
    header: 'State',
    track: '124px',
    cell: ({ status }) => <MarkedWord look={agentStatusLooks[status]} />,
  },
  { id: 'name', header: 'Agent', track: 'minmax(140px, 1fr)', cell: (agent) => <NameLink agent={agent} /> },
  {
    id: 'board',
    header: 'Board',
    track: 'minmax(100px, 1fr)',
    from: 640,
    cell: ({ board }) => <span className="text-fg-2">{board === undefined ? NONE : <ForeignText text={board} />}</span>,
  },
  { id: 'why', header: 'Why', track: 'minmax(140px, 2fr)', from: 820, cell: (agent) => <Why agent={agent} /> },
  {
    id: 'seen',
    header: 'Seen',
    track: '84px',
    align: 'end',
    cell: ({ last_seen_at }) => <Ago at={last_seen_at} className="text-fg-2" />,
  },
];

function NameLink({ agent: { id, name, kind, managed, board_id } }: { agent: AgentLine }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Link
        data-row-link
        to="/agents/$agentId"
        params={{ agentId: id }}
        className="truncate font-medium hover:text-accent"
      >
        <ForeignText text={name} />
      </Link>
      {kind !== 'worker' && <Badge>{kind}</Badge>}
      {!managed && <Observed agentId={id} name={name} hasBoard={board_id !== null} />}
    </span>
  );
}

/** An adopted agent that nothing was written for yet. */
function Observed({ agentId, name, hasBoard }: { agentId: string; name: string; hasBoard: boolean }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Badge title="It was adopted: it is watched, and nothing of it was changed">observed</Badge>
      {hasBoard ? (
        <Button isSmall onClick={() => setOpen(true)}>
          Let it work
        </Button>
      ) : (
        <LinkButton to="/agents/$agentId/edit" params={{ agentId }}>
          Give it a board
        </LinkButton>
      )}
      {isOpen && <ManageDialog agentId={agentId} name={name} onClose={() => setOpen(false)} />}
    </>
  );
}

function Why({ agent: { last_error, next_retry_at } }: { agent: AgentLine }) {
  if (!last_error) return NONE;
  return (
    <span className="text-bad" title={last_error.message}>
      <ForeignText text={last_error.message} />
      {next_retry_at && (
        <>
          {' '}
          Next try <Ago at={next_retry_at} />.
        </>
      )}
    </span>
  );
}

function AgentCard({ agent }: { agent: AgentLine }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <div className="flex items-center justify-between gap-2.5">
        <NameLink agent={agent} />
        <MarkedWord look={agentStatusLooks[agent.status]} />
      </div>
      {agent.last_error && (
        <p className="text-sm break-words">
          <Why agent={agent} />
        </p>
      )}
      <p className="flex flex-wrap gap-x-3 text-sm text-fg-3">
        {agent.board !== undefined && <ForeignText text={agent.board} />}
        <span>
          seen <Ago at={agent.last_seen_at} />
        </span>
      </p>
    </div>
  );
}
