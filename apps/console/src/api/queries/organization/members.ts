import type { paths } from '@mission-control/sdk/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Member } from '../../contract.ts';
import { byOffset } from '../../pages.ts';

export const memberKeys = { all: ['members'] as const };

export type MemberAccess =
  paths['/api/v1/organizations/me/members/{member_id}/access']['put']['requestBody']['content']['application/json'];

/** The people of the organization, by e-mail, by pages. */
export const membersQuery = infiniteQueryOptions({
  queryKey: [...memberKeys.all, 'list'],
  queryFn: ({ signal, pageParam }) =>
    read(api.GET('/api/v1/organizations/me/members', { signal, params: { query: { limit: 100, offset: pageParam } } })),
  ...byOffset,
});

/** One person with the boards they may reach. */
export const memberQuery = (memberId: string) =>
  queryOptions({
    queryKey: [...memberKeys.all, 'one', memberId],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/organizations/me/members/{member_id}', { signal, params: { path: { member_id: memberId } } }),
      ),
  });

export const updateMemberRole = (memberId: string, role: Member['role']) =>
  read(
    api.PATCH('/api/v1/organizations/me/members/{member_id}', {
      params: { path: { member_id: memberId } },
      body: { role },
    }),
  );

/** Replaces what a person may reach. */
export const updateMemberAccess = (memberId: string, body: MemberAccess) =>
  read(
    api.PUT('/api/v1/organizations/me/members/{member_id}/access', {
      params: { path: { member_id: memberId } },
      body,
    }),
  );

export const deleteMember = (memberId: string) =>
  read(api.DELETE('/api/v1/organizations/me/members/{member_id}', { params: { path: { member_id: memberId } } }));

export const deleteOrganization = () => read(api.DELETE('/api/v1/organizations/me'));

/** Begins an archive of the organization, without secrets; the job tells when it is there. For owners. */
export const exportOrganization = () => read(api.GET('/api/v1/organizations/me/export'));

/** Where the archive of a finished export is fetched. */
export const toArchiveUrl = (jobId: string) => `/api/v1/organizations/me/exports/${jobId}`;
