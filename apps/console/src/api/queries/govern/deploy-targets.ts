import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';

const PATH = '/api/v1/deploy-targets';
const ONE = '/api/v1/deploy-targets/{id}';

export type DeployTargetCreate = paths[typeof PATH]['post']['requestBody']['content']['application/json'];
export type DeployTargetUpdate = paths[typeof ONE]['patch']['requestBody']['content']['application/json'];

const LIMIT = 200;

export const deployTargetKeys = { all: ['deploy-targets'] as const };

/** Where versions are put into effect, newest first. At most 200. */
export const deployTargetsQuery = queryOptions({
  queryKey: deployTargetKeys.all,
  queryFn: async ({ signal }) => (await read(api.GET(PATH, { signal, params: { query: { limit: LIMIT } } }))).items,
});

const toPath = (id: string) => ({ params: { path: { id } } });

/** The answer holds the secret when it was made by the server; nothing else ever does. */
export const createDeployTarget = (body: DeployTargetCreate) => read(api.POST(PATH, { body }));

export const updateDeployTarget = (id: string, body: DeployTargetUpdate) =>
  read(api.PATCH(ONE, { ...toPath(id), body }));

export const deleteDeployTarget = (id: string) => read(api.DELETE(ONE, toPath(id)));

/** Tries it without changing what runs there. */
export const testDeployTarget = (id: string) => read(api.POST('/api/v1/deploy-targets/{id}/test', toPath(id)));
