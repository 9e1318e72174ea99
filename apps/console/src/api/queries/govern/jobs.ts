import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Job } from '../../contract.ts';
import { jobKeys } from '../work-keys.ts';

export interface JobFilters {
  state?: Job['state'] | undefined;
  kind?: string | undefined;
}

const PAGE = 100;

/** Work in the background, newest first, by pages. */
export const jobsQuery = (filters: JobFilters) =>
  infiniteQueryOptions({
    queryKey: [...jobKeys.lists, filters],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filters, limit: PAGE, cursor: pageParam || undefined };
      return read(api.GET('/api/v1/jobs', { signal, params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

const COUNTED = 20;

/** How many jobs were given up, counted to twenty. That one was is no fact that the stream tells: it is looked up. */
export const deadJobsQuery = queryOptions({
  queryKey: [...jobKeys.lists, 'dead'],
  queryFn: async ({ signal }) => {
    const page = await read(api.GET('/api/v1/jobs', { signal, params: { query: { state: 'dead', limit: COUNTED } } }));
    return { count: page.items.length, isMore: page.next_cursor !== null };
  },
  staleTime: 60_000,
  refetchInterval: 60_000,
});

const toPath = (job_id: string) => ({ params: { path: { job_id } } });

/** An open job is looked at this often: that it ended is no fact that the stream tells. */
const LOOK_MS = 2_000;

/** Whether a job has still something to do. */
const isOpenJob = ({ state }: Job) => state === 'queued' || state === 'running';

/** One piece of work, followed to its end. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: jobKeys.detail(id),
    queryFn: ({ signal }) => read(api.GET('/api/v1/jobs/{job_id}', { signal, ...toPath(id) })),
    refetchInterval: ({ state: { data } }) => (data === undefined || isOpenJob(data) ? LOOK_MS : false),
  });

/** Runs a job again that was given up. */
export const retryJob = (id: string) => read(api.POST('/api/v1/jobs/{job_id}/retry', toPath(id)));

/** Takes a job out of the list; what it should have done is not done. */
export const deleteJob = (id: string) => read(api.DELETE('/api/v1/jobs/{job_id}', toPath(id)));
