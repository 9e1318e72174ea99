import type { paths } from '@mission-control/sdk/api';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { gatewayKeys } from '../work-keys.ts';

type Adopt = paths['/api/v1/gateways/{gateway_id}/adopt']['post']['requestBody']['content']['application/json'];
export type Adoption = Omit<Adopt, 'dry_run'>;
export type SyncOptions = NonNullable<
  paths['/api/v1/gateways/{gateway_id}/templates/sync']['post']['parameters']['query']
>;

/** Agents that stand on a gateway, ours and others, by pages. */
export const foundAgentsQuery = (gateway_id: string) =>
  infiniteQueryOptions({
    queryKey: gatewayKeys.found(gateway_id),
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/gateways/{gateway_id}/agents', {
          signal,
          params: { path: { gateway_id }, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

const adopt = (gateway_id: string, body: Adopt) =>
  read(api.POST('/api/v1/gateways/{gateway_id}/adopt', { params: { path: { gateway_id } }, body }));

/** What adopting an agent would change on its gateway. Changes nothing. */
export async function planAdoption(gatewayId: string, adoption: Adoption) {
  const plan = await adopt(gatewayId, { ...adoption, dry_run: true });
  if (!('files' in plan)) throw new Error('The server did not answer with a plan.');
  return plan;
}

/** Adopts an agent that stands on a gateway. */
export const adoptAgent = (gatewayId: string, adoption: Adoption) => adopt(gatewayId, { ...adoption, dry_run: false });

/** Brings the files of a gateway's agents up to date; answers what was done so far. */
export const syncTemplates = (gateway_id: string, query: SyncOptions) =>
  read(api.POST('/api/v1/gateways/{gateway_id}/templates/sync', { params: { path: { gateway_id }, query } }));
