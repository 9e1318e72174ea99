import { useMutation, useQuery } from '@tanstack/react-query';
import { syncTemplates } from '#console/api/queries/gateways/gateway-agents.ts';
import { jobQuery } from '#console/api/queries/govern/jobs.ts';
import type { SyncChoice } from './sync-choice.ts';

/** Starts syncs of a gateway's agents and follows the last one to its end. */
export function useSync(gatewayId: string) {
  const sync = useMutation({ mutationFn: (choice: SyncChoice) => syncTemplates(gatewayId, choice) });
  const jobId = sync.data?.job_id;
  const { data: job } = useQuery({ ...jobQuery(jobId ?? ''), enabled: jobId !== undefined });
  return { sync, job };
}
