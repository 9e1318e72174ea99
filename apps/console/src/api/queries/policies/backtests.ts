import type { paths } from '@mission-control/sdk/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Backtest, BacktestRow } from '../../contract.ts';

const START = '/api/v1/policies/backtest';
const ONE = '/api/v1/policies/backtests/{backtest_id}';

export type BacktestInput = paths[typeof START]['post']['requestBody']['content']['application/json'];

/** Which rows of a back-test are shown. */
export interface RowFilters {
  verdict?: BacktestRow['verdict'] | undefined;
  flips?: true | undefined;
  succeeded?: true | undefined;
}

const backtestKeys = {
  list: (policyId: string) => ['backtests', 'list', policyId] as const,
  detail: (id: string) => ['backtests', 'one', id] as const,
  rows: (id: string, filters: RowFilters) => ['backtests', 'rows', id, filters] as const,
};

const LISTED = 20;
const LOOK_MS = 1_000;
const toPath = (backtest_id: string) => ({ params: { path: { backtest_id } } });

/** Whether a back-test has still something to do. */
export const isOpenBacktest = ({ state }: Backtest) => state === 'queued' || state === 'running';

/** The last back-tests of a policy, newest first. */
export const backtestsQuery = (policyId: string) =>
  queryOptions({
    queryKey: backtestKeys.list(policyId),
    queryFn: async ({ signal }) => {
      const query = { policy_id: policyId, limit: LISTED };
      return (await read(api.GET('/api/v1/policies/backtests', { signal, params: { query } }))).items;
    },
  });

/** One back-test, looked at every second until it has ended. */
export const backtestQuery = (id: string) =>
  queryOptions({
    queryKey: backtestKeys.detail(id),
    queryFn: ({ signal }) => read(api.GET(ONE, { signal, ...toPath(id) })),
    refetchInterval: ({ state: { data } }) => (data === undefined || isOpenBacktest(data) ? LOOK_MS : false),
  });

/** Calls that the policy would have treated otherwise, by pages; the first thousand are kept. */
export const backtestRowsQuery = (id: string, filters: RowFilters) =>
  infiniteQueryOptions({
    queryKey: backtestKeys.rows(id, filters),
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/policies/backtests/{backtest_id}/rows', {
          signal,
          params: { path: { backtest_id: id }, query: { ...filters, cursor: pageParam || undefined } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** Judges recorded calls by a version or a draft. */
export const startBacktest = (body: BacktestInput) => read(api.POST(START, { body }));

/** Ends a back-test before it is through. */
export const cancelBacktest = (id: string) =>
  read(api.POST('/api/v1/policies/backtests/{backtest_id}/cancel', toPath(id)));

/** Where every row can be had, one JSON object a line. */
export const toExportUrl = (id: string): string => `/api/v1/policies/backtests/${id}/export`;
