import { z } from 'zod';
import { OffsetQuery } from '#server/platform/http/page.schema.ts';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import {
  MemberPage,
  OrganizationMemberAccessUpdate,
  OrganizationMemberRead,
  OrganizationMemberUpdate,
} from './members.schema.ts';
import {
  deleteMember,
  getOwnMember,
  getVisibleMember,
  updateMemberAccess,
  updateMemberRole,
} from './members.service.ts';
import { listMembers } from './members.store.ts';

const tags = ['organizations'];
const params = z.object({ member_id: z.uuid() });
const PATH = '/organizations/me/members/:member_id';

/** Who belongs to the organization. */
export function membersRoutes(router: Router): void {
  router.get(
    '/organizations/me/member',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'getOwnMember',
        tags,
        summary: 'The caller’s own membership.',
        response: { 200: OrganizationMemberRead },
      },
    },
    ({ ctx }) => getOwnMember(ctx),
  );

  router.get(
    '/organizations/me/members',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'listMembers',
        tags,
        summary: 'Members of the organization, by e-mail and name.',
        querystring: OffsetQuery,
        response: { 200: MemberPage },
      },
    },
    ({ ctx, query }) => listMembers(ctx, query),
  );
}

/** One member. */
export function memberRoutes(router: Router): void {
  router.get(
    PATH,
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'getMember',
        tags,
        summary: 'One member: oneself, or for admins anybody.',
        params,
        response: { 200: OrganizationMemberRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { member_id } }) => getVisibleMember(ctx, member_id),
  );

  router.patch(
    PATH,
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'updateMember',
        tags,
        summary: 'Change a member’s role.',
        params,
        body: OrganizationMemberUpdate,
        response: { 200: OrganizationMemberRead, ...problems(403, 404, 409, 422) },
      },
    },
    (request) => {
      const { ctx, params, body } = request;
      return updateMemberRole(ctx, params.member_id, body.role, expectedVersion(request));
    },
  );

  router.put(
    `${PATH}/access`,
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'updateMemberAccess',
        tags,
        summary: 'Replace what a member may do on boards.',
        params,
        body: OrganizationMemberAccessUpdate,
        response: { 200: OrganizationMemberRead, ...problems(403, 404, 409, 422) },
      },
    },
    (request) => {
      const { ctx, params, body } = request;
      return updateMemberAccess(ctx, params.member_id, body, expectedVersion(request));
    },
  );

  router.delete(
    PATH,
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'deleteMember',
        tags,
        summary: 'Remove a member, with their access and the tokens they made here.',
        params,
        response: { 200: OkResponse, ...problems(403, 404, 422) },
      },
    },
    async ({ ctx, params: { member_id } }) => {
      await deleteMember(ctx, member_id);
      return OK;
    },
  );
}
