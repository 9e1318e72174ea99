import { notFound, Problem } from '#server/platform/problem.ts';

export function tagNotFound(missing_tag_ids: readonly string[]): Problem {
  const message = 'A task carries tags of its organization only.';
  return new Problem('tag.not_found', 404, message, { body: { message, missing_tag_ids } });
}

/** Throws unless an agent works on the board: `agent.not_found`, `task.assignee_other_board`. A main agent works on all of its gateway. */
export function assertOnBoard(
  agentId: string,
  agent: { kind: string; board_id: string | null; gateway_id: string | null } | undefined,
  board: { id: string; gateway_id: string | null },
): void {
  if (!agent) throw notFound('agent', agentId);
  const isMain = agent.kind === 'main' && agent.gateway_id === board.gateway_id;
  if (!isMain && agent.board_id !== board.id)
    throw new Problem('task.assignee_other_board', 409, 'The agent does not work on the board of the task.');
}
