import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { policyKeys } from '../govern-keys.ts';

const LOOK_MS = 30_000;

/** What the rules in monitor would have done with live calls since the version holds; asked again while it is looked at. */
export const shadowQuery = (policyId: string) =>
  queryOptions({
    queryKey: [...policyKeys.one(policyId), 'shadow'],
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/policies/{policy_id}/shadow', { signal, params: { path: { policy_id: policyId } } })),
    refetchInterval: LOOK_MS,
  });
