import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Agent } from '#console/api/contract.ts';
import { gatewayQuery } from '#console/api/queries/gateways/gateways.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { parsePace } from '#console/lib/form/pace.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Facts } from '#console/ui/layout/page.tsx';

const kinds: Record<Agent['kind'], string> = {
  main: 'main agent of its gateway',
  lead: 'lead of its board',
  worker: 'worker',
  external: 'process of your own',
};

/** Where an agent lives and works. */
export function PlaceFacts({ agent, isAdmin }: { agent: Agent; isAdmin: boolean }) {
  return (
    <Facts
      facts={[
        ['Kind', kinds[agent.kind]],
        ['Board', agent.board_id === null ? NONE : <BoardLink key="board" id={agent.board_id} />],
        ['Gateway', <GatewayLink key="gateway" id={agent.gateway_id} isAdmin={isAdmin} />],
        ['Managed', agent.managed ? 'yes' : 'no: adopted, and only observed'],
        [
          'Session',
          agent.openclaw_session_id ? <Identifier key="session" isWhole id={agent.openclaw_session_id} /> : NONE,
        ],
        ['Name there', agent.gateway_agent_id ? <Identifier key="name" id={agent.gateway_agent_id} /> : NONE],
        ['Model', <ForeignText key="model" text={agent.model ?? 'what the gateway uses'} />],
        ['Scheduled turns', toPaceWords(agent.heartbeat_config?.every)],
      ]}
    />
  );
}

function toPaceWords(every: unknown): string {
  if (typeof every !== 'string' || parsePace(every) === 0) return 'off';
  return `every ${every}`;
}

function BoardLink({ id }: { id: string }) {
  const board = useQuery(boardsQuery).data?.items.find((one) => one.id === id);
  return (
    <Link to="/boards/$boardId" params={{ boardId: id }} search={{}} className="text-accent hover:underline">
      <ForeignText text={board?.name ?? 'To the board'} />
    </Link>
  );
}

/** Members may not read gateways. */
function GatewayLink({ id, isAdmin }: { id: string | null; isAdmin: boolean }) {
  const gateway = useQuery({ ...gatewayQuery(id ?? ''), enabled: isAdmin && id !== null }).data;
  if (id === null) return NONE;
  if (!isAdmin) return <Identifier id={id} />;
  return (
    <Link to="/gateways/$gatewayId" params={{ gatewayId: id }} className="text-accent hover:underline">
      <ForeignText text={gateway?.name ?? 'To the gateway'} />
    </Link>
  );
}
