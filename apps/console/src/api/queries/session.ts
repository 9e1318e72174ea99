import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../client.ts';

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ['users', 'me'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/users/me', { signal })),
  staleTime: 5 * 60_000,
});

/** The active organization. */
export const organizationQuery = queryOptions({
  queryKey: ['organizations', 'me'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/organizations/me', { signal })),
  staleTime: 5 * 60_000,
});

/** Turns a token into the http-only session cookie; the page keeps nothing. */
export const createSession = (token: string) => read(api.POST('/api/v1/auth/session', { body: { token } }));

/** Ends the session. */
export const deleteSession = () => read(api.DELETE('/api/v1/auth/session'));
