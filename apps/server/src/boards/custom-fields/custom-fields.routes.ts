import { z } from 'zod';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import {
  TaskCustomFieldDefinitionCreate,
  TaskCustomFieldDefinitionRead,
  TaskCustomFieldDefinitionUpdate,
} from './custom-fields.schema.ts';
import { createDefinition, deleteDefinition, updateDefinition } from './custom-fields.service.ts';
import { listDefinitions } from './custom-fields.store.ts';

const tags = ['custom-fields'];
const params = z.object({ task_custom_field_definition_id: z.uuid() });

export function customFieldsRoutes(router: Router): void {
  router.get(
    '/organizations/me/custom-fields',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'listCustomFields',
        tags,
        summary: 'The fields that tasks of this organization may have, by label.',
        response: { 200: z.array(TaskCustomFieldDefinitionRead) },
      },
    },
    ({ ctx }) => listDefinitions(ctx),
  );

  router.post(
    '/organizations/me/custom-fields',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'createCustomField',
        tags,
        summary: 'Make a field and give it to boards.',
        body: TaskCustomFieldDefinitionCreate,
        response: { 200: TaskCustomFieldDefinitionRead, ...problems(409, 422) },
      },
    },
    ({ ctx, body }) => createDefinition(ctx, body),
  );

  router.patch(
    '/organizations/me/custom-fields/:task_custom_field_definition_id',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'updateCustomField',
        tags,
        summary: 'Change a field or its boards.',
        params,
        body: TaskCustomFieldDefinitionUpdate,
        response: { 200: TaskCustomFieldDefinitionRead, ...problems(404, 409, 422) },
      },
    },
    ({ ctx, params: { task_custom_field_definition_id: id }, body }) => updateDefinition(ctx, id, body),
  );

  router.delete(
    '/organizations/me/custom-fields/:task_custom_field_definition_id',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'deleteCustomField',
        tags,
        summary: 'Remove a field that no task uses.',
        params,
        response: { 200: OkResponse, ...problems(404, 409) },
      },
    },
    async ({ ctx, params: { task_custom_field_definition_id: id } }) => {
      await deleteDefinition(ctx, id);
      return OK;
    },
  );
}
