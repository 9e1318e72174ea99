import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { killKeys } from '../govern-keys.ts';

const PATH = '/api/v1/kill';
const ONE = '/api/v1/kill/{kill_id}';

export type KillInput = paths[typeof PATH]['post']['requestBody']['content']['application/json'];

const AT_ONCE = 50;
const LOOK_MS = 60_000;

/** What is killed now, newest first; at most fifty at once. */
export const activeKillsQuery = queryOptions({
  queryKey: killKeys.all,
  queryFn: async ({ signal }) =>
    (await read(api.GET(PATH, { signal, params: { query: { state: 'active' as const, limit: AT_ONCE } } }))).items,
  staleTime: LOOK_MS,
  refetchInterval: LOOK_MS,
});

/** Stops every agent of a scope at once, and those to come. */
export const setKill = (body: KillInput) => read(api.POST(PATH, { body }));

/** Lets a share of a kill's agents go; all of them end it. */
export const releaseKill = (kill_id: string, percent: 10 | 50 | 100) =>
  read(api.DELETE(ONE, { params: { path: { kill_id } }, body: { percent } }));
