import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { ServiceKey } from '../../contract.ts';

/** What a new key may do and for how long. */
export interface ServiceKeyInput {
  name: string;
  scopes: ServiceKey['scopes'];
  agent_slugs: string[];
  expires_at: string | null;
}

const LIMIT = 200;

/** The organization's service keys, newest first. */
export const serviceKeysQuery = queryOptions({
  queryKey: ['service-keys'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/service-keys', { signal, params: { query: { limit: LIMIT } } })),
});

/** Makes a key; the answer is the only place where it is readable. */
export const createServiceKey = (input: ServiceKeyInput) => read(api.POST('/api/v1/service-keys', { body: input }));

/** Revokes a key at once. */
export const deleteServiceKey = (id: string) =>
  read(api.DELETE('/api/v1/service-keys/{id}', { params: { path: { id } } }));
