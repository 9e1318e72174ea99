import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { gatewayKeys } from '../work-keys.ts';

export type GatewayCreate = paths['/api/v1/gateways']['post']['requestBody']['content']['application/json'];
export type GatewayUpdate =
  paths['/api/v1/gateways/{gateway_id}']['patch']['requestBody']['content']['application/json'];

const LIMIT = 200;

/** The gateways of the organization, newest first. At most 200. */
export const gatewaysQuery = queryOptions({
  queryKey: gatewayKeys.lists,
  queryFn: ({ signal }) => read(api.GET('/api/v1/gateways', { signal, params: { query: { limit: LIMIT } } })),
});

const toPath = (gateway_id: string) => ({ params: { path: { gateway_id } } });

export const gatewayQuery = (id: string) =>
  queryOptions({
    queryKey: gatewayKeys.detail(id),
    queryFn: ({ signal }) => read(api.GET('/api/v1/gateways/{gateway_id}', { signal, ...toPath(id) })),
  });

/** What a saved gateway answers when it is dialled now: rights, sessions. Not being reached is an answer. */
export const gatewayStatusQuery = (gateway_url: string) =>
  queryOptions({
    queryKey: gatewayKeys.status(gateway_url),
    queryFn: ({ signal }) => read(api.GET('/api/v1/gateways/status', { signal, params: { query: { gateway_url } } })),
    staleTime: 60_000, // each answer costs the gateway a connection
  });

/** Methods and events that a gateway knows. */
export const gatewayCommandsQuery = (gateway_id: string) =>
  queryOptions({
    queryKey: gatewayKeys.commands(gateway_id),
    queryFn: ({ signal }) => read(api.GET('/api/v1/gateways/commands', { signal, params: { query: { gateway_id } } })),
    staleTime: 5 * 60_000,
  });

/** Adds a gateway; the server checks the connection first and stores nothing when it fails. */
export const createGateway = (body: GatewayCreate) => read(api.POST('/api/v1/gateways', { body }));

export const updateGateway = (id: string, body: GatewayUpdate) =>
  read(api.PATCH('/api/v1/gateways/{gateway_id}', { ...toPath(id), body }));

export const deleteGateway = (id: string) => read(api.DELETE('/api/v1/gateways/{gateway_id}', toPath(id)));
