import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Run, RunEvent, Step, StepSkeleton } from '../../contract.ts';

/** Filters of the run list. */
export interface RunFilters {
  q?: string | undefined;
  status?: Run['status'] | undefined;
  agent_id?: string | undefined;
  version_id?: string | undefined;
  task_id?: string | undefined;
  tool?: string | undefined;
  model?: string | undefined;
  has_violation?: boolean | undefined;
  root_only?: boolean | undefined;
}

const PAGE = 100;
const EVENT_PAGE = 200;

export const runKeys = {
  lists: ['runs', 'list'] as const,
  list: (filters: RunFilters) => ['runs', 'list', filters] as const,
  detail: (id: string) => ['runs', 'detail', id] as const,
  trace: (id: string) => ['runs', 'trace', id] as const,
  steps: (id: string) => ['runs', 'steps', id] as const,
  events: (id: string) => ['runs', 'events', id] as const,
};

const toFlag = (flag: boolean | undefined) => (flag ? ('true' as const) : undefined);

/** Runs, newest first, by pages. */
export const runsQuery = (filters: RunFilters) =>
  infiniteQueryOptions({
    queryKey: runKeys.list(filters),
    queryFn: ({ signal, pageParam }) => {
      const { has_violation, root_only, ...rest } = filters;
      const flags = { has_violation: toFlag(has_violation), root_only: toFlag(root_only) };
      const query = { ...rest, ...flags, limit: PAGE, cursor: pageParam || undefined };
      return read(api.GET('/api/v1/runs', { signal, params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** One run with the totals of its tree, its parent and its children. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: runKeys.detail(id),
    queryFn: ({ signal }) => read(api.GET('/api/v1/runs/{id}', { signal, params: { path: { id } } })),
  });

/** All steps of a run as columns. */
export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: runKeys.trace(id),
    queryFn: async ({ signal }): Promise<StepSkeleton> => {
      const request = { signal, params: { path: { id }, query: { fields: 'skeleton' as const } } };
      const answer = await read(api.GET('/api/v1/runs/{id}/steps', request));
      if (answer.fields !== 'skeleton')
        throw new Error('The server answered full steps where a skeleton was asked for.');
      return answer;
    },
  });

/** The attempts of one step, in full. */
export const stepQuery = (id: string, key: string) =>
  queryOptions({
    queryKey: [...runKeys.steps(id), key],
    queryFn: async ({ signal }): Promise<Step[]> => {
      const request = { signal, params: { path: { id }, query: { fields: 'full' as const, key } } };
      const answer = await read(api.GET('/api/v1/runs/{id}/steps', request));
      return answer.fields === 'full' ? answer.items : [];
    },
  });

/** The model calls and tool calls of a run in full, for the conversation. */
export const stepsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...runKeys.steps(id), 'pages'],
    queryFn: async ({ signal, pageParam }) => {
      const query = { fields: 'full' as const, limit: EVENT_PAGE, cursor: pageParam || undefined };
      const answer = await read(api.GET('/api/v1/runs/{id}/steps', { signal, params: { path: { id }, query } }));
      return answer.fields === 'full' ? answer : { items: [], next_cursor: null };
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** Decisions, reasoning, checkpoints, exceptions and notes of a run in order, by pages. */
export const runEventsQuery = (id: string, t: RunEvent['t']) =>
  infiniteQueryOptions({
    queryKey: [...runKeys.events(id), t],
    queryFn: ({ signal, pageParam }) => {
      const query = { t, limit: EVENT_PAGE, cursor: pageParam || undefined };
      return read(api.GET('/api/v1/runs/{id}/events', { signal, params: { path: { id }, query } }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** A stored payload. Content never changes under its hash. */
export const payloadQuery = (runId: string, hash: string) =>
  queryOptions({
    queryKey: ['payloads', hash],
    queryFn: async ({ signal }): Promise<unknown> => {
      const request = { signal, params: { path: { id: runId }, query: { ref: hash } }, parseAs: 'text' as const };
      const text = await read(api.GET('/api/v1/runs/{id}/payload', request) as Promise<TextAnswer>);
      return parseJson(text);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

interface TextAnswer {
  data?: string;
  error?: unknown;
  response: Response;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // stored as plain text
  }
}
