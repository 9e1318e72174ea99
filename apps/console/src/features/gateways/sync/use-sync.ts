import { useMutation, useQuery } from '@tanstack/react-query';
import type { Job } from '#console/api/contract.ts';
import { syncTemplates } from '#console/api/queries/gateways/gateway-agents.ts';
import { jobQuery } from '#console/api/queries/govern/jobs.ts';
import type { SyncChoice } from './sync-choice.ts';

const OPEN: readonly Job['state'][] = ['queued', 'running'];
/** Besides what the stream tells. */
const LOOK_MS = 2_000;

/** Starts syncs of a gateway's agents and follows the last one to its end. */
export function useSync(gatewayId: string) {
  const sync = useMutation({ mutationFn: (choice: SyncChoice) => syncTemplates(gatewayId, choice) });
  const jobId = sync.data?.job_id;
  const { data: job } = useQuery({
    ...jobQuery(jobId ?? ''),
    enabled: jobId !== undefined,
    refetchInterval: ({ state }) => (state.data && !OPEN.includes(state.data.state) ? false : LOOK_MS),
  });
  return { sync, job };
}
