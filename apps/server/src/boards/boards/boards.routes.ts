import { z } from 'zod';
import { agentOperation } from '#server/platform/http/agent-operation.ts';
import { OffsetQuery } from '#server/platform/http/page.schema.ts';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { BoardCreate, BoardPage, BoardQuery, BoardRead, BoardUpdate } from './boards.schema.ts';
import { createBoard, deleteBoard, getBoard, updateBoard } from './boards.service.ts';
import { listBoards } from './boards.store.ts';

const tags = ['boards'];
const params = z.object({ board_id: z.uuid() });

export function boardsRoutes(router: Router): void {
  router.get(
    '/boards',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'listBoards',
        tags,
        summary: 'The boards that you may read, by name.',
        querystring: BoardQuery,
        response: { 200: BoardPage },
      },
    },
    ({ ctx, query }) => listBoards(ctx, query),
  );

  router.post(
    '/boards',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'createBoard',
        tags,
        summary: 'Make a board. Its lead comes with onboarding.',
        body: BoardCreate,
        response: { 200: BoardRead, ...problems(422) },
      },
    },
    ({ ctx, body }) => createBoard(ctx, body),
  );
}

export function boardRoutes(router: Router): void {
  router.get(
    '/boards/:board_id',
    {
      config: { access: 'boards:read' },
      schema: {
        operationId: 'getBoard',
        tags,
        summary: 'One board.',
        params,
        response: { 200: BoardRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id } }) => getBoard(ctx, board_id),
  );

  router.patch(
    '/boards/:board_id',
    {
      config: { access: 'boards:write' },
      schema: {
        operationId: 'updateBoard',
        tags,
        summary: 'Change a board. Gateway, group, rules and max_agents are for admins.',
        params,
        body: BoardUpdate,
        response: { 200: BoardRead, ...problems(403, 404, 409, 422) },
      },
    },
    (request) => updateBoard(request.ctx, request.params.board_id, request.body, expectedVersion(request)),
  );

  router.delete(
    '/boards/:board_id',
    {
      config: { access: 'boards:admin' },
      schema: {
        operationId: 'deleteBoard',
        tags,
        summary: 'Remove a board with everything on it.',
        params,
        response: { 200: OkResponse, ...problems(403, 404, 409) },
      },
    },
    async (request) => {
      await deleteBoard(request.ctx, request.params.board_id, expectedVersion(request));
      return OK;
    },
  );
}

/** What agents read of boards. */
export function agentBoardsRoutes(router: Router): void {
  router.get(
    '/agent/boards',
    {
      config: { access: 'agent-api' },
      schema: {
        ...agentOperation({
          roles: ['lead', 'worker', 'main'],
          intent: 'agent_board_discovery',
          whenToUse: ['You need to know which boards you may work on.'],
          whenNotToUse: ['You know the board: read it by its id.'],
          actor: 'any_agent',
          routing: ['Begin here when you have no board id.'],
          examples: [{ intent: 'find my boards', decision: 'agent_list_boards' }],
        }),
        operationId: 'agent_list_boards',
        summary: 'The boards in your scope, newest first.',
        querystring: OffsetQuery,
        response: { 200: BoardPage },
      },
    },
    ({ ctx, query }) => listBoards(ctx, query, 'newest'),
  );

  router.get(
    '/agent/boards/:board_id',
    {
      config: { access: 'agent-api:board' },
      schema: {
        ...agentOperation({
          roles: ['lead', 'worker', 'main'],
          intent: 'agent_board_lookup',
          whenToUse: ["You need a board's goal or its rules before you plan or move tasks."],
          whenNotToUse: ['You need its tasks: list them.'],
          routing: ['Read the rules of the board before you ask for a status that a rule may refuse.'],
          examples: [{ intent: 'read the rules of my board', decision: 'agent_get_board' }],
        }),
        operationId: 'agent_get_board',
        summary: 'One board of your scope.',
        params,
        response: { 200: BoardRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id } }) => getBoard(ctx, board_id),
  );
}
