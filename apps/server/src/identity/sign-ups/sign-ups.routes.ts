import { problems, type Router } from '#server/platform/http/route.ts';
import { forbidden } from '#server/platform/problem.ts';
import { AccessTokenRead } from '../access-tokens/access-tokens.schema.ts';
import type { Authenticator } from '../authenticate.ts';
import { OrganizationInviteAccept } from '../invites/invites.schema.ts';
import { InvitePreview, InviteSignUp } from './sign-ups.schema.ts';
import { getInvitePreview, signUpByInvite } from './sign-ups.service.ts';

/** What the holder of an invite may do without an account. Wrong tokens count as failed authentication of the address. */
export const signUpsRoutes = (authenticator: Authenticator) => (router: Router) => {
  router.post(
    '/auth/invite-preview',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'previewInvite',
        tags: ['auth'],
        summary: 'What an invite offers.',
        body: OrganizationInviteAccept,
        response: { 200: InvitePreview, ...problems(404, 429) },
      },
    },
    ({ ctx, ip, body }) => authenticator.guard(ip, () => getInvitePreview(ctx, body.token)),
  );

  router.post(
    '/auth/accept-invite',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'signUpByInvite',
        tags: ['auth'],
        summary: 'Become a member by an invite, in local mode. The token to sign in with is shown in this answer only.',
        body: InviteSignUp,
        response: { 201: AccessTokenRead, ...problems(403, 404, 410, 429) },
      },
    },
    async ({ ctx, ip, body }, reply) => {
      if (!authenticator.ways.localToken) throw forbidden('Sign in at the identity provider, then accept the invite.');
      return reply.code(201).send(await authenticator.guard(ip, () => signUpByInvite(ctx, body)));
    },
  );
};
