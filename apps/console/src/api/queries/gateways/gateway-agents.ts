import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { AdoptionPlan, Agent } from '../../contract.ts';
import { gatewayKeys } from '../work-keys.ts';

type Adopt = paths['/api/v1/gateways/{gateway_id}/adopt']['post']['requestBody']['content']['application/json'];
export type Adoption = Omit<Adopt, 'dry_run'>;
export type SyncOptions = NonNullable<
  paths['/api/v1/gateways/{gateway_id}/templates/sync']['post']['parameters']['query']
>;

/** Agents that stand on a gateway, ours and others. */
export const foundAgentsQuery = (gateway_id: string) =>
  queryOptions({
    queryKey: gatewayKeys.found(gateway_id),
    queryFn: async ({ signal }) => {
      const params = { path: { gateway_id } };
      return (await read(api.GET('/api/v1/gateways/{gateway_id}/agents', { signal, params }))).items;
    },
  });

const adopt = (gateway_id: string, body: Adopt) =>
  read(api.POST('/api/v1/gateways/{gateway_id}/adopt', { params: { path: { gateway_id } }, body }));

const manage = (agent_id: string, dry_run: boolean) =>
  read(api.POST('/api/v1/agents/{agent_id}/manage', { params: { path: { agent_id } }, body: { dry_run } }));

function toPlan(answer: AdoptionPlan | Agent): AdoptionPlan {
  if (!('files' in answer)) throw new Error('The server did not answer with a plan.');
  return answer;
}

/** What adopting an agent would change on its gateway. Changes nothing. */
export const planAdoption = async (gatewayId: string, adoption: Adoption) =>
  toPlan(await adopt(gatewayId, { ...adoption, dry_run: true }));

/** Adopts an agent that stands on a gateway. */
export const adoptAgent = (gatewayId: string, adoption: Adoption) => adopt(gatewayId, { ...adoption, dry_run: false });

/** What would be written for an adopted agent, so that it can work for its board. Changes nothing. */
export const planManaging = async (agentId: string) => toPlan(await manage(agentId, true));

/** Gives an adopted agent its credential and its instructions. */
export const manageAgent = (agentId: string) => manage(agentId, false);

/** Brings the files of a gateway's agents up to date; answers what was done so far. */
export const syncTemplates = (gateway_id: string, query: SyncOptions) =>
  read(api.POST('/api/v1/gateways/{gateway_id}/templates/sync', { params: { path: { gateway_id }, query } }));
