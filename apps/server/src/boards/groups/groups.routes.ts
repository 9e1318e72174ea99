import { z } from 'zod';
import { OffsetQuery } from '#server/platform/http/page.schema.ts';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { BoardGroupCreate, BoardGroupPage, BoardGroupRead, BoardGroupUpdate } from './groups.schema.ts';
import { createGroup, deleteGroup, getGroup, updateGroup } from './groups.service.ts';
import { listGroups } from './groups.store.ts';

const tags = ['board-groups'];
const params = z.object({ group_id: z.uuid() });

export function groupsRoutes(router: Router): void {
  router.get(
    '/board-groups',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'listBoardGroups',
        tags,
        summary: 'Groups with a board that you may read, by name; for admins also those without boards.',
        querystring: OffsetQuery,
        response: { 200: BoardGroupPage },
      },
    },
    ({ ctx, query }) => listGroups(ctx, query),
  );

  router.post(
    '/board-groups',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'createBoardGroup',
        tags,
        summary: 'Make a group of boards.',
        body: BoardGroupCreate,
        response: { 200: BoardGroupRead, ...problems(409) },
      },
    },
    ({ ctx, body }) => createGroup(ctx, body),
  );
}

export function groupRoutes(router: Router): void {
  router.get(
    '/board-groups/:group_id',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'getBoardGroup',
        tags,
        summary: 'One group.',
        params,
        response: { 200: BoardGroupRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { group_id } }) => getGroup(ctx, group_id, 'read'),
  );

  router.patch(
    '/board-groups/:group_id',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'updateBoardGroup',
        tags,
        summary: 'Change a group.',
        params,
        body: BoardGroupUpdate,
        response: { 200: BoardGroupRead, ...problems(403, 404, 409) },
      },
    },
    (request) => updateGroup(request.ctx, request.params.group_id, request.body, expectedVersion(request)),
  );

  router.delete(
    '/board-groups/:group_id',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'deleteBoardGroup',
        tags,
        summary: 'Remove a group with its memory; its boards stay.',
        params,
        response: { 200: OkResponse, ...problems(403, 404, 409) },
      },
    },
    async (request) => {
      await deleteGroup(request.ctx, request.params.group_id, expectedVersion(request));
      return OK;
    },
  );
}
