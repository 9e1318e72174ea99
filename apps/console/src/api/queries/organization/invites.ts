import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';

export const inviteKeys = { all: ['invites'] as const };

export type InviteCreate =
  paths['/api/v1/organizations/me/invites']['post']['requestBody']['content']['application/json'];

/** Invitations that wait or ran out, newest first. At most 200. */
export const invitesQuery = queryOptions({
  queryKey: inviteKeys.all,
  queryFn: ({ signal }) =>
    read(api.GET('/api/v1/organizations/me/invites', { signal, params: { query: { limit: 200 } } })),
});

/** Invites a person; the answer alone holds the secret of the link. */
export const createInvite = (body: InviteCreate) => read(api.POST('/api/v1/organizations/me/invites', { body }));

/** A new secret and a new span; the old link is dead. */
export const reissueInvite = (inviteId: string) =>
  read(api.POST('/api/v1/organizations/me/invites/{invite_id}/reissue', { params: { path: { invite_id: inviteId } } }));

export const deleteInvite = (inviteId: string) =>
  read(api.DELETE('/api/v1/organizations/me/invites/{invite_id}', { params: { path: { invite_id: inviteId } } }));

/** What a link offers; open to whoever holds it. */
export const invitePreviewQuery = (token: string) =>
  queryOptions({
    queryKey: [...inviteKeys.all, 'preview', token],
    queryFn: ({ signal }) => read(api.POST('/api/v1/auth/invite-preview', { signal, body: { token } })),
    retry: false,
  });

/** Joins as the person who is signed in. */
export const acceptInvite = (token: string) =>
  read(api.POST('/api/v1/organizations/invites/accept', { body: { token } }));

/** Joins as a new person; the answer holds a token to sign in with, once. */
export const signUpByInvite = (body: { token: string; name: string }) =>
  read(api.POST('/api/v1/auth/accept-invite', { body }));

/** The address that the invited person opens. */
export const toInviteLink = (token: string) => `${window.location.origin}/invite?token=${encodeURIComponent(token)}`;
