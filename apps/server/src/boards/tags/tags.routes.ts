import { z } from 'zod';
import { agentOperation } from '#server/platform/http/agent-operation.ts';
import { OffsetQuery } from '#server/platform/http/page.schema.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { TagCreate, TagPage, TagRead, TagRef, TagUpdate } from './tags.schema.ts';
import { createTag, deleteTag, getTag, updateTag } from './tags.service.ts';
import { listTagRefs, listTags } from './tags.store.ts';

const tags = ['tags'];
const params = z.object({ tag_id: z.uuid() });

/** The tags of an organization. */
export function tagsRoutes(router: Router): void {
  router.get(
    '/tags',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'listTags',
        tags,
        summary: 'Tags of the organization, by name.',
        querystring: OffsetQuery,
        response: { 200: TagPage },
      },
    },
    ({ ctx, query }) => listTags(ctx, query),
  );

  router.post(
    '/tags',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'createTag',
        tags,
        summary: 'Make a tag.',
        body: TagCreate,
        response: { 200: TagRead, ...problems(409) },
      },
    },
    ({ ctx, body }) => createTag(ctx, body),
  );

  router.get(
    '/agent/boards/:board_id/tags',
    {
      config: { access: 'agent-api:board' },
      schema: {
        ...agentOperation({
          roles: ['lead', 'worker'],
          intent: 'agent_board_tag_discovery',
          whenToUse: ['You need the id of a tag before you set the tags of a task.'],
          whenNotToUse: ['You want to make or rename a tag: people do that.'],
          routing: ['Choose this to look tags up; choose agent_list_tasks to find tasks by tag.'],
          examples: [{ intent: 'find the tag for release work', decision: 'agent_list_tags' }],
        }),
        operationId: 'agent_list_tags',
        summary: 'Tags that the tasks of a board may carry, by name.',
        params: z.object({ board_id: z.uuid() }),
        response: { 200: z.array(TagRef) },
      },
    },
    ({ ctx }) => listTagRefs(ctx),
  );
}

/** One tag. */
export function tagRoutes(router: Router): void {
  router.get(
    '/tags/:tag_id',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'getTag',
        tags,
        summary: 'One tag.',
        params,
        response: { 200: TagRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { tag_id } }) => getTag(ctx, tag_id),
  );

  router.patch(
    '/tags/:tag_id',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'updateTag',
        tags,
        summary: 'Change a tag.',
        params,
        body: TagUpdate,
        response: { 200: TagRead, ...problems(404, 409) },
      },
    },
    ({ ctx, params: { tag_id }, body }) => updateTag(ctx, tag_id, body),
  );

  router.delete(
    '/tags/:tag_id',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'deleteTag',
        tags,
        summary: 'Remove a tag and take it off its tasks.',
        params,
        response: { 200: OkResponse, ...problems(404) },
      },
    },
    async ({ ctx, params: { tag_id } }) => {
      await deleteTag(ctx, tag_id);
      return OK;
    },
  );
}
