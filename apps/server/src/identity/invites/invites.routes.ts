import { z } from 'zod';
import type { RateLimiter } from '#server/platform/http/limits/rate-limit.ts';
import { OffsetQuery } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { OrganizationMemberRead } from '../members/members.schema.ts';
import {
  InvitePage,
  OrganizationInviteAccept,
  OrganizationInviteCreate,
  OrganizationInviteRead,
} from './invites.schema.ts';
import { acceptInvite, createInvite, deleteInvite, reissueInvite } from './invites.service.ts';
import { listInvites } from './invites.store.ts';

const HOUR_MS = 3_600_000;

const tags = ['organizations'];
const params = z.object({ invite_id: z.uuid() });

/** Offers of membership. */
export const invitesRoutes = (limiter: RateLimiter) => (router: Router) => {
  router.get(
    '/organizations/me/invites',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'listInvites',
        tags,
        summary: 'Invites that nobody accepted, newest first.',
        querystring: OffsetQuery,
        response: { 200: InvitePage },
      },
    },
    ({ ctx, query }) => listInvites(ctx, query),
  );

  router.post(
    '/organizations/me/invites',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'createInvite',
        tags,
        summary: 'Invite an e-mail address. The token is shown in this answer only.',
        body: OrganizationInviteCreate,
        response: { 200: OrganizationInviteRead, ...problems(403, 409, 422, 429) },
      },
    },
    ({ ctx, body }) => {
      limiter.take(`invite:${ctx.actor.id}`, ctx.config.rateLimits.invitePerHour, HOUR_MS);
      return createInvite(ctx, body);
    },
  );

  router.post(
    '/organizations/invites/accept',
    {
      config: { access: 'self:write' },
      schema: {
        operationId: 'acceptInvite',
        tags,
        summary: 'Accept an invite as the person it was sent to.',
        body: OrganizationInviteAccept,
        response: { 200: OrganizationMemberRead, ...problems(403, 404, 410) },
      },
    },
    ({ ctx, body }) => acceptInvite(ctx, body.token),
  );
};

/** One invite. */
export function inviteRoutes(router: Router): void {
  router.delete(
    '/organizations/me/invites/:invite_id',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'deleteInvite',
        tags,
        summary: 'Withdraw an invite.',
        params,
        response: { 200: OrganizationInviteRead, ...problems(404) },
      },
    },
    ({ ctx, params: { invite_id } }) => deleteInvite(ctx, invite_id),
  );

  router.post(
    '/organizations/me/invites/:invite_id/reissue',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'reissueInvite',
        tags,
        summary: 'Give an invite another token, shown in this answer only, and its full time again.',
        params,
        response: { 200: OrganizationInviteRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { invite_id } }) => reissueInvite(ctx, invite_id),
  );
}
