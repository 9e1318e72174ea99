import { z } from 'zod';
import { type AgentOperation, agentOperation } from '#server/platform/http/agent-operation.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import {
  BoardGroupMemoryCreate,
  BoardGroupMemoryPage,
  BoardGroupMemoryRead,
  MemoryQuery,
  MemoryUpdate,
} from '../memory/memory.schema.ts';
import { createMemory, deleteMemory, updateMemory } from '../memory/memory.service.ts';
import { listMemory } from '../memory/memory.store.ts';
import { getGroupShelf, getShelfOfBoard, listMemoryOfBoardGroup } from './group-memory.service.ts';

const tags = ['memory'];
const params = z.object({ group_id: z.uuid() });
const one = params.extend({ memory_id: z.uuid() });

export function groupMemoryRoutes(router: Router): void {
  router.get(
    '/board-groups/:group_id/memory',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'listBoardGroupMemory',
        tags,
        summary: 'What a group remembers, and its chat, newest first.',
        params,
        querystring: MemoryQuery,
        response: { 200: BoardGroupMemoryPage, ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { group_id }, query }) => listMemory(ctx, await getGroupShelf(ctx, group_id, 'read'), query),
  );

  router.post(
    '/board-groups/:group_id/memory',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'createBoardGroupMemory',
        tags,
        summary: 'Remember something for every board of a group; with the tags chat or broadcast, say it.',
        params,
        body: BoardGroupMemoryCreate,
        response: { 200: BoardGroupMemoryRead, ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { group_id }, body }) => createMemory(ctx, await getGroupShelf(ctx, group_id, 'write'), body),
  );

  router.patch(
    '/board-groups/:group_id/memory/:memory_id',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'updateBoardGroupMemory',
        tags,
        summary: 'Change a note of a group: its author, or a person with write access.',
        params: one,
        body: MemoryUpdate,
        response: { 200: BoardGroupMemoryRead, ...problems(403, 404, 422) },
      },
    },
    async ({ ctx, params: { group_id, memory_id }, body }) =>
      updateMemory(ctx, await getGroupShelf(ctx, group_id, 'read'), memory_id, body),
  );

  router.delete(
    '/board-groups/:group_id/memory/:memory_id',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'deleteBoardGroupMemory',
        tags,
        summary: 'Delete a note or a chat message of a group: its author, or a person with write access.',
        params: one,
        response: { 204: z.null(), ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { group_id, memory_id } }, reply) => {
      await deleteMemory(ctx, await getGroupShelf(ctx, group_id, 'read'), memory_id);
      return reply.code(204).send(null);
    },
  );
}

const READ: AgentOperation = {
  roles: ['lead', 'worker'],
  intent: 'agent_board_group_memory_discovery',
  whenToUse: ['You look for what other boards of your group decided or asked.'],
  whenNotToUse: ['It concerns your board only: read board memory.'],
  routing: ['Read board memory first, then that of the group.'],
  examples: [{ intent: 'find what other boards agreed on', decision: 'listGroupMemoryOfBoard' }],
};

const WRITE: AgentOperation = {
  roles: ['lead', 'worker'],
  intent: 'agent_board_group_memory_record',
  whenToUse: ['Boards of your group must know it, or you answer a group message: send the tag chat.'],
  whenNotToUse: ['It concerns your board only: write to board memory.'],
  sideEffects: ['With the tags chat or broadcast, or @all, agents of other boards are told.'],
  never: ['Do not broadcast what one board can settle.', 'Do not write credentials into memory.'],
  routing: ['broadcast and @all reach every agent of the group; chat reaches the leads and whom you mention.'],
  examples: [{ intent: 'tell the other boards', decision: 'createGroupMemoryOfBoard' }],
};

const boardParams = z.object({ board_id: z.uuid() });

/** The memory of the group that a board is in, for people and agents of the board. */
export function boardGroupMemoryRoutes(router: Router): void {
  router.get(
    '/boards/:board_id/group-memory',
    {
      config: { access: 'board-work:read' },
      schema: {
        ...agentOperation(READ),
        operationId: 'listGroupMemoryOfBoard',
        summary: "What the board's group remembers, newest first; nothing when it is in none.",
        params: boardParams,
        querystring: MemoryQuery,
        response: { 200: BoardGroupMemoryPage, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id }, query }) => listMemoryOfBoardGroup(ctx, board_id, query),
  );

  router.post(
    '/boards/:board_id/group-memory',
    {
      config: { access: 'board-work:write' },
      schema: {
        ...agentOperation(WRITE),
        operationId: 'createGroupMemoryOfBoard',
        summary: "Remember something for every board of the board's group; with the tags chat or broadcast, say it.",
        params: boardParams,
        body: BoardGroupMemoryCreate,
        response: { 200: BoardGroupMemoryRead, ...problems(403, 404, 422) },
      },
    },
    async ({ ctx, params: { board_id }, body }) => createMemory(ctx, await getShelfOfBoard(ctx, board_id), body),
  );
}
