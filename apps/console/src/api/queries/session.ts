import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../client.ts';

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ['users', 'me'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/users/me', { signal })),
  staleTime: 5 * 60_000,
});

/** Sets fields of one's own profile. */
export const updateMe = (body: paths['/api/v1/users/me']['patch']['requestBody']['content']['application/json']) =>
  read(api.PATCH('/api/v1/users/me', { body }));

/** Deletes one's own account. */
export const deleteMe = () => read(api.DELETE('/api/v1/users/me'));

/** The active organization. */
export const organizationQuery = queryOptions({
  queryKey: ['organizations', 'me'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/organizations/me', { signal })),
  staleTime: 5 * 60_000,
});

/** The caller's membership of the active organization: role and access. */
export const membershipQuery = queryOptions({
  queryKey: ['organizations', 'me', 'member'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/organizations/me/member', { signal })),
  staleTime: 5 * 60_000,
});

/** Whether a role may do what admins may. */
export const isAdminRole = (role: string | undefined) => role === 'owner' || role === 'admin';

/** The caller's organizations, by name. */
export const organizationsQuery = queryOptions({
  queryKey: ['organizations', 'list'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/organizations/me/list', { signal })),
  staleTime: 5 * 60_000,
});

/** Works in another organization from now on. */
export const activateOrganization = (organization_id: string) =>
  read(api.PATCH('/api/v1/organizations/me/active', { body: { organization_id } }));

/** Makes an organization; the caller owns it and works in it. */
export const createOrganization = (name: string) => read(api.POST('/api/v1/organizations', { body: { name } }));

/** How people sign in here. */
export const authModeQuery = queryOptions({
  queryKey: ['auth', 'mode'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/auth/mode', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Turns a token into the http-only session cookie; the page keeps nothing. */
export const createSession = (token: string) => read(api.POST('/api/v1/auth/session', { body: { token } }));

/** Ends the session. */
export const deleteSession = () => read(api.DELETE('/api/v1/auth/session'));
