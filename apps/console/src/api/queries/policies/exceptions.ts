import type { paths } from '@mission-control/sdk/api';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { policyKeys } from '../govern-keys.ts';

const PATH = '/api/v1/policies/{policy_id}/exceptions';
const ONE = '/api/v1/policies/{policy_id}/exceptions/{exception_id}';

export type ExceptionInput = paths[typeof PATH]['post']['requestBody']['content']['application/json'];

/** Who is excepted from rules of a policy, by pages. */
export const exceptionsQuery = (policyId: string) =>
  infiniteQueryOptions({
    queryKey: [...policyKeys.one(policyId), 'exceptions'],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET(PATH, {
          signal,
          params: { path: { policy_id: policyId }, query: { cursor: pageParam || undefined } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** Lets a rule not count for an agent, for a time. */
export const createException = (policy_id: string, body: ExceptionInput) =>
  read(api.POST(PATH, { params: { path: { policy_id } }, body }));

/** Lets the rule count again. */
export const deleteException = (policy_id: string, exception_id: string) =>
  read(api.DELETE(ONE, { params: { path: { policy_id, exception_id } } }));
