import { Problem } from '#server/platform/problem.ts';
import type { AgentKind } from '../registry/agents.schema.ts';

/** What an agent is to be, and where. */
export interface Target {
  kind: AgentKind;
  boardId: string | null;
}

interface Sent {
  is_gateway_main?: boolean | null;
  board_id?: string | null;
}

const boardRequired = () =>
  new Problem('agent.board_required', 422, 'An agent that is no main agent works on a board: send board_id.');
const invalid = (message: string) => new Problem('request.invalid', 422, message);

/**
 * What an agent becomes by a change: a main agent has no board, others have one, a lead that moves becomes a worker of
 * its new board, an agent without a gateway may have a board or none, and an adopted one that never had a board may stay
 * so. Throws `agent.board_required`.
 */
export function toTarget(agent: { kind: AgentKind; board_id: string | null }, sent: Sent): Target {
  const { kind } = agent;
  const boardId = sent.board_id === undefined ? agent.board_id : sent.board_id;
  if (kind === 'external') {
    if (sent.is_gateway_main) throw invalid('An agent without a gateway is no main agent.');
    return { kind, boardId };
  }
  if (sent.is_gateway_main ?? kind === 'main') {
    if (kind === 'main' && boardId !== null) throw invalid('A main agent works on no board.');
    return { kind: 'main', boardId: null };
  }
  const neverHadOne = kind === 'worker' && agent.board_id === null;
  if (boardId === null && !neverHadOne) throw boardRequired();
  return { kind: kind === 'lead' && boardId === agent.board_id ? 'lead' : 'worker', boardId };
}
