import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';

export const customFieldKeys = { all: ['custom-fields'] as const };

/** The organization's custom fields, by label. */
export const customFieldsQuery = queryOptions({
  queryKey: customFieldKeys.all,
  queryFn: ({ signal }) => read(api.GET('/api/v1/organizations/me/custom-fields', { signal })),
});

const PATH = '/api/v1/organizations/me/custom-fields';
const ONE = '/api/v1/organizations/me/custom-fields/{task_custom_field_definition_id}';

export type CustomFieldCreate = paths[typeof PATH]['post']['requestBody']['content']['application/json'];
export type CustomFieldUpdate = paths[typeof ONE]['patch']['requestBody']['content']['application/json'];

const pathOf = (id: string) => ({ path: { task_custom_field_definition_id: id } });

export const createCustomField = (body: CustomFieldCreate) => read(api.POST(PATH, { body }));

export const updateCustomField = (id: string, body: CustomFieldUpdate) =>
  read(api.PATCH(ONE, { params: pathOf(id), body }));

export const deleteCustomField = (id: string) => read(api.DELETE(ONE, { params: pathOf(id) }));
