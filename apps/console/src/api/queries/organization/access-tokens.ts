import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { AccessToken } from '../../contract.ts';

export const accessTokenKeys = { all: ['access-tokens'] as const };

export interface AccessTokenInput {
  name: string;
  scopes: AccessToken['scopes'];
  expires_at: string | null;
}

/** One's own tokens of this organization, newest first. */
export const accessTokensQuery = queryOptions({
  queryKey: accessTokenKeys.all,
  queryFn: ({ signal }) => read(api.GET('/api/v1/users/me/tokens', { signal, params: { query: { limit: 200 } } })),
});

/** Makes a token; the answer is the only place where it is readable. */
export const createAccessToken = (body: AccessTokenInput) => read(api.POST('/api/v1/users/me/tokens', { body }));

export const deleteAccessToken = (id: string) =>
  read(api.DELETE('/api/v1/users/me/tokens/{id}', { params: { path: { id } } }));
