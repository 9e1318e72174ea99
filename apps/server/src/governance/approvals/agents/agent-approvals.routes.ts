import { z } from 'zod';
import { agentOperation } from '#server/platform/http/agent-operation.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { ApprovalCreate, ApprovalPage, ApprovalRead, BoardApprovalQuery } from '../approvals.schema.ts';
import { listBoardApprovals } from '../approvals.store.ts';
import { createApproval } from '../requests/requests.service.ts';

const config = { access: 'agent-api:board' };
const params = z.object({ board_id: z.uuid() });

/** What agents do with approvals: ask for them and see what became of them. */
export function agentApprovalsRoutes(router: Router): void {
  router.get(
    '/agent/boards/:board_id/approvals',
    {
      config,
      schema: {
        ...agentOperation({
          roles: ['lead', 'worker'],
          intent: 'agent_board_approval_discovery',
          whenToUse: [
            'You want to know whether something you asked for was approved.',
            'Before you ask: somebody may have asked already.',
          ],
          whenNotToUse: ['You look for tasks: list the tasks of the board.'],
          routing: ['Filter by status=pending for what still waits for a person.'],
          examples: [
            { intent: 'was my deployment approved', decision: 'agent_list_approvals' },
            { intent: 'ask a person for leave', decision: 'agent_create_approval' },
          ],
        }),
        operationId: 'agent_list_approvals',
        summary: 'Approvals of the board, newest first.',
        params,
        querystring: BoardApprovalQuery,
        response: { 200: ApprovalPage, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id }, query }) => listBoardApprovals(ctx, board_id, query),
  );

  router.post(
    '/agent/boards/:board_id/approvals',
    {
      config,
      schema: {
        ...agentOperation({
          roles: ['lead', 'worker'],
          intent: 'agent_board_approval_request',
          whenToUse: [
            'What you are about to do is sensitive, cannot be undone, or the rules of the board want a person to agree.',
            'A task is to be done on a board that requires an approval for that.',
          ],
          whenNotToUse: [
            'You only have a question: write a comment or a memory.',
            'One is pending for the task already.',
          ],
          sideEffects: ['People are asked; the task may be held until they answer.'],
          never: ['Do not act before it is approved, nor with other arguments than those you asked for.'],
          routing: [
            'Send confidence (0 to 100) and lead_reasoning: what you would do, why, and what could go wrong.',
            'Put the exact arguments of the action into payload or args: the approval is bound to them and used once.',
          ],
          examples: [
            { intent: 'send a mail to a customer', decision: 'agent_create_approval' },
            { intent: 'finish a task on a board that requires approval', decision: 'agent_create_approval' },
            {
              intent: 'approve what another agent asked',
              privilege: 'person',
              decision: 'refuse: agents never decide',
            },
          ],
        }),
        operationId: 'agent_create_approval',
        summary: 'Ask people for an approval.',
        params,
        body: ApprovalCreate,
        response: { 200: ApprovalRead, ...problems(403, 404, 409) },
      },
    },
    ({ ctx, params: { board_id }, body }) => createApproval(ctx, board_id, body),
  );
}
