import type { paths } from '@mission-control/sdk/api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { policyKeys } from '../govern-keys.ts';

const EXPLAIN = '/api/v1/policies/explain';

export type ExplainInput = paths[typeof EXPLAIN]['post']['requestBody']['content']['application/json'];
export type Explained = paths[typeof EXPLAIN]['post']['responses'][200]['content']['application/json'];

/** What lint says of a text, and how the tests in it go; the last answer stands until the next is there. */
export const lintQuery = (source: string) =>
  queryOptions({
    queryKey: ['policy-texts', 'lint', source],
    queryFn: ({ signal }) => read(api.POST('/api/v1/policies/lint', { signal, body: { source } })),
    enabled: source.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  });

/** How a call would be decided, stage by stage, and why. */
export const explainCall = (body: ExplainInput) => read(api.POST(EXPLAIN, { body }));

/** Which policies hold for an agent, and what it is excepted from: asked about the end of a task, of which all of them are told. */
export const appliedQuery = (agent_id: string) =>
  queryOptions({
    queryKey: [...policyKeys.all, 'applied', agent_id],
    queryFn: () => explainCall({ agent_id, kind: 'task_end', context: {} }),
  });
