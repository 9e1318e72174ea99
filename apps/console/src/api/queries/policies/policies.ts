import type { paths } from '@mission-control/sdk/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Policy } from '../../contract.ts';
import { policyKeys } from '../govern-keys.ts';

const ONE = '/api/v1/policies/{policy_id}';
const ACTIVATE = '/api/v1/policies/{policy_id}/activate';

export type ActivateInput = paths[typeof ACTIVATE]['post']['requestBody']['content']['application/json'];

/** Filters of the policy list. */
export interface PolicyFilters {
  q?: string | undefined;
  mode?: NonNullable<Policy['mode']> | undefined;
  archived?: true | undefined;
}

const PAGE = 100;

const toPath = (policy_id: string) => ({ params: { path: { policy_id } } });

/** Policies by name, by pages. */
export const policiesQuery = (filters: PolicyFilters) =>
  infiniteQueryOptions({
    queryKey: [...policyKeys.lists, filters],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filters, limit: PAGE, cursor: pageParam || undefined };
      return read(api.GET('/api/v1/policies', { signal, params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** A policy with the text of its latest version and what lint and its tests say. */
export const policyQuery = (id: string) =>
  queryOptions({
    queryKey: policyKeys.detail(id),
    queryFn: ({ signal }) => read(api.GET(ONE, { signal, ...toPath(id) })),
  });

/** Saves a policy as version 1. */
export const createPolicy = (source: string) => read(api.POST('/api/v1/policies', { body: { source } }));

/** Saves the next version; refused when another one was saved after `if_version`. */
export const updatePolicy = (id: string, body: { source: string; note: string | null; if_version: number }) =>
  read(api.PUT(ONE, { ...toPath(id), body }));

/** Ends a policy; its versions stay. */
export const archivePolicy = (id: string) => read(api.DELETE(ONE, toPath(id)));

/** Makes a version hold. */
export const activatePolicy = (id: string, body: ActivateInput) => read(api.POST(ACTIVATE, { ...toPath(id), body }));

/** Which version held when, newest first, by pages. */
export const activationsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...policyKeys.one(id), 'activations'],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/policies/{policy_id}/activations', {
          signal,
          params: { path: { policy_id: id }, query: { cursor: pageParam || undefined } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

const ROLLBACK = '/api/v1/policies/{policy_id}/rollback';

/** What would be made differently by the version before; nothing is changed yet. */
export const rollbackPreviewQuery = (id: string, to: number | undefined) =>
  queryOptions({
    queryKey: [...policyKeys.one(id), 'rollback', to ?? 'before'],
    queryFn: ({ signal }) =>
      read(api.POST(ROLLBACK, { signal, ...toPath(id), body: { preview: true, ...(to !== undefined && { to }) } })),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

/** Puts a version back that held before. */
export const rollBackPolicy = (id: string, body: { to: number; reason: string | null }) =>
  read(api.POST(ROLLBACK, { ...toPath(id), body }));

/** Versions of a policy, newest first, by pages. */
export const policyVersionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...policyKeys.one(id), 'versions'],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/policies/{policy_id}/versions', {
          signal,
          params: { path: { policy_id: id }, query: { cursor: pageParam || undefined } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** One version with its text, which never changes. */
export const policyVersionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['policy-texts', 'version', id, version],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/policies/{policy_id}/versions/{version}', {
          signal,
          params: { path: { policy_id: id, version } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What changed between two versions, which never changes either. */
export const policyDiffQuery = (id: string, from: number, to: number) =>
  queryOptions({
    queryKey: ['policy-texts', 'diff', id, from, to],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/policies/{policy_id}/versions/diff', {
          signal,
          params: { path: { policy_id: id }, query: { from, to } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
