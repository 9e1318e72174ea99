import { z } from 'zod';
import { type AgentOperation, agentOperation } from '#server/platform/http/agent-operation.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { BoardMemoryCreate, BoardMemoryPage, BoardMemoryRead, MemoryQuery, MemoryUpdate } from './memory.schema.ts';
import { createMemory, deleteMemory, updateMemory } from './memory.service.ts';
import { listMemory, type Shelf } from './memory.store.ts';

const params = z.object({ board_id: z.uuid() });
const one = params.extend({ memory_id: z.uuid() });
const shelfOf = ({ board_id }: z.infer<typeof params>): Shelf<'board'> => ({ kind: 'board', id: board_id });

const READ: AgentOperation = {
  roles: ['lead', 'worker'],
  intent: 'agent_board_memory_discovery',
  whenToUse: ['You look for decisions, answers and earlier notes of this board, or for its chat.'],
  whenNotToUse: ['You look for progress of one task: read its comments.'],
  routing: ['Search with q or tag before you ask a person.'],
  examples: [{ intent: 'find what was decided', decision: 'agent_list_board_memory' }],
};

const WRITE: AgentOperation = {
  roles: ['lead', 'worker'],
  intent: 'agent_board_memory_record',
  whenToUse: ['You have learned what others on this board must know.', 'You answer in the chat: send the tag chat.'],
  whenNotToUse: ['You report progress of a task: write a comment on it.'],
  sideEffects: ['With the tag chat the lead and the agents you mention are told.'],
  never: ['Do not write credentials into memory.'],
  routing: ['A note has no tag chat and tells nobody; a chat message has it.'],
  examples: [
    { intent: 'record a decision', decision: 'agent_create_board_memory' },
    { intent: 'answer a chat message', decision: 'agent_create_board_memory' },
  ],
};

/** The same two operations, for everybody and under the address of the agent API. */
const FORMS = [
  {
    path: '/boards/:board_id/memory',
    read: { access: 'board-work:read', schema: { tags: ['memory'], operationId: 'listBoardMemory' } },
    write: { access: 'board-work:write', schema: { tags: ['memory'], operationId: 'createBoardMemory' } },
  },
  {
    path: '/agent/boards/:board_id/memory',
    read: { access: 'agent-api:board', schema: { ...agentOperation(READ), operationId: 'agent_list_board_memory' } },
    write: {
      access: 'agent-api:board',
      schema: { ...agentOperation(WRITE), operationId: 'agent_create_board_memory' },
    },
  },
];

export function memoryRoutes(router: Router): void {
  for (const { path, read, write } of FORMS) {
    router.get(
      path,
      {
        config: { access: read.access },
        schema: {
          ...read.schema,
          summary: 'What a board remembers, and its chat, newest first.',
          params,
          querystring: MemoryQuery,
          response: { 200: BoardMemoryPage, ...problems(403, 404) },
        },
      },
      ({ ctx, params, query }) => listMemory(ctx, shelfOf(params), query),
    );

    router.post(
      path,
      {
        config: { access: write.access },
        schema: {
          ...write.schema,
          summary: 'Remember something; with the tag chat, say it in the chat.',
          params,
          body: BoardMemoryCreate,
          response: { 200: BoardMemoryRead, ...problems(403, 404) },
        },
      },
      ({ ctx, params, body }) => createMemory(ctx, shelfOf(params), body),
    );
  }
}

export function memoryRowRoutes(router: Router): void {
  router.patch(
    '/boards/:board_id/memory/:memory_id',
    {
      config: { access: 'board-work:read' },
      schema: {
        operationId: 'updateBoardMemory',
        tags: ['memory'],
        summary: 'Change a note: its author, or a person with write access.',
        params: one,
        body: MemoryUpdate,
        response: { 200: BoardMemoryRead, ...problems(403, 404, 422) },
      },
    },
    ({ ctx, params, body }) => updateMemory(ctx, shelfOf(params), params.memory_id, body),
  );

  router.delete(
    '/boards/:board_id/memory/:memory_id',
    {
      config: { access: 'board-work:read' },
      schema: {
        operationId: 'deleteBoardMemory',
        tags: ['memory'],
        summary: 'Delete a note or a chat message: its author, or a person with write access.',
        params: one,
        response: { 204: z.null(), ...problems(403, 404) },
      },
    },
    async ({ ctx, params }, reply) => {
      await deleteMemory(ctx, shelfOf(params), params.memory_id);
      return reply.code(204).send(null);
    },
  );
}
