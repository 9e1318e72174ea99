import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../client.ts';
import { approvalKeys } from './work-keys.ts';

/** How many approvals wait on the boards that the caller reads. */
export const waitingApprovalsQuery = queryOptions({
  queryKey: approvalKeys.waiting,
  queryFn: async ({ signal }) => {
    const query = { status: 'pending' as const, limit: 1 };
    return (await read(api.GET('/api/v1/approvals', { signal, params: { query } }))).total;
  },
  staleTime: 60_000,
});
