import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Approval } from '../../contract.ts';
import { byOffset } from '../../pages.ts';
import { ApiProblem, toSentence } from '../../problem.ts';
import { approvalKeys } from '../work-keys.ts';

/** What the inbox is narrowed to. */
export interface ApprovalFilters {
  status?: Approval['status'] | undefined;
  board_id?: string | undefined;
  group_id?: string | undefined;
  kind?: Approval['kind'] | undefined;
  action_type?: string | undefined;
  q?: string | undefined;
  confidence_from?: number | undefined;
  confidence_below?: number | undefined;
  /** Only those that wait for the caller. */
  mine?: boolean | undefined;
  sort?: '-created_at' | 'expires_at' | undefined;
}

const PAGE = 100;

/** Approvals of every board that the caller reads, newest first unless sorted, by pages: one request for all boards. */
export const approvalsQuery = (filters: ApprovalFilters) =>
  infiniteQueryOptions({
    queryKey: [...approvalKeys.lists, filters],
    queryFn: ({ signal, pageParam }) =>
      read(api.GET('/api/v1/approvals', { signal, params: { query: { ...filters, limit: PAGE, offset: pageParam } } })),
    ...byOffset,
  });

/** One approval with its decisions; `boardId` is empty for one that belongs to no board. */
export const approvalQuery = (boardId: string, approvalId: string) =>
  queryOptions({
    queryKey: approvalKeys.detail(approvalId),
    queryFn: ({ signal }): Promise<Approval> =>
      boardId === ''
        ? read(api.GET('/api/v1/approvals/{approval_id}', { signal, params: { path: { approval_id: approvalId } } }))
        : read(
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
  /** The department that one speaks for, where several may decide. */
  board_group_id?: string | null | undefined;
}

/** Decides an approval as it was seen: another version is refused. */
export async function decideApproval(approval: Approval, decision: Decision): Promise<Approval> {
  const { board_id, id, version } = approval;
  if (board_id === null) return await resolveOne(approval, decision);
  return await read(
    api.PATCH('/api/v1/boards/{board_id}/approvals/{approval_id}', {
      params: { path: { board_id, approval_id: id } },
      body: { ...decision, version },
    }),
  );
}

/** One that belongs to no board is decided among those of all boards. */
async function resolveOne(approval: Approval, decision: Decision): Promise<Approval> {
  const [result] = await resolveApprovals([approval], decision);
  if (result?.approval) return result.approval;
  const { code = 'approval.not_found', detail } = result?.error ?? {};
  throw new ApiProblem({ status: 409, code, message: toSentence(detail) ?? code, detail });
}

/** The server takes so many at once. */
const MAX_AT_ONCE = 100;

/** Decides alike about several approvals as they were seen; each succeeds or fails by itself. */
export async function resolveApprovals(approvals: readonly Approval[], decision: Decision) {
  const results = [];
  for (let from = 0; from < approvals.length; from += MAX_AT_ONCE) {
    const items = approvals
      .slice(from, from + MAX_AT_ONCE)
      .map(({ id, version }) => ({ approval_id: id, version, ...decision }));
    results.push(...(await read(api.POST('/api/v1/approvals/resolve', { body: { items } }))).items);
  }
  return results;
}
