import type { JobFilters } from '#console/api/queries/govern/jobs.ts';
import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const JOB_STATES = ['dead', 'running', 'queued', 'failed', 'succeeded'] as const;

/** The filters, and the job whose detail is open. */
export interface JobSearch extends JobFilters {
  id?: string | undefined;
}

export const parseJobSearch = (search: RawSearch): JobSearch =>
  compact({
    state: parseChoice(search.state, JOB_STATES),
    kind: parseText(search.kind),
    id: parseText(search.id),
  });
