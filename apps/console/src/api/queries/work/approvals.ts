import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Approval } from '../../contract.ts';
import { byOffset } from '../../pages.ts';
import { approvalKeys } from '../work-keys.ts';

/** What the inbox is narrowed to. */
export interface ApprovalFilters {
  status?: Approval['status'] | undefined;
  board_id?: string | undefined;
  group_id?: string | undefined;
  action_type?: string | undefined;
  q?: string | undefined;
}

const PAGE = 100;

/** Approvals of every board that the caller reads, newest first, by pages: one request for all boards. */
export const approvalsQuery = (filters: ApprovalFilters) =>
  infiniteQueryOptions({
    queryKey: [...approvalKeys.lists, filters],
    queryFn: ({ signal, pageParam }) =>
      read(api.GET('/api/v1/approvals', { signal, params: { query: { ...filters, limit: PAGE, offset: pageParam } } })),
    ...byOffset,
  });

/** One approval with its decisions. */
export const approvalQuery = (boardId: string, approvalId: string) =>
  queryOptions({
    queryKey: approvalKeys.detail(approvalId),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/boards/{board_id}/approvals/{approval_id}', {
          signal,
          params: { path: { board_id: boardId, approval_id: approvalId } },
        }),
      ),
  });

/** How many approvals wait on the boards that the caller reads. */
export const waitingApprovalsQuery = queryOptions({
  queryKey: approvalKeys.waiting,
  queryFn: async ({ signal }) => {
    const query = { status: 'pending' as const, limit: 1 };
    return (await read(api.GET('/api/v1/approvals', { signal, params: { query } }))).total;
  },
  staleTime: 60_000,
});

export interface Decision {
  status: 'approved' | 'rejected';
  comment: string | null;
}

/** Decides an approval as it was seen: another version is refused. */
export const decideApproval = ({ board_id, id, version }: Approval, decision: Decision) =>
  read(
    api.PATCH('/api/v1/boards/{board_id}/approvals/{approval_id}', {
      params: { path: { board_id, approval_id: id } },
      body: { ...decision, version },
    }),
  );
