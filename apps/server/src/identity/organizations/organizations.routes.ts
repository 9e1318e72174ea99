import { z } from 'zod';
import type { Router } from '#server/platform/http/route.ts';
import { notFound } from '#server/platform/problem.ts';
import { OrganizationListItem, OrganizationRead } from './organizations.schema.ts';
import { findOrganization, listOrganizations } from './organizations.store.ts';

export function organizationsRoutes(router: Router): void {
  router.get(
    '/organizations/me',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'getOrganization',
        tags: ['organizations'],
        summary: 'The active organization.',
        response: { 200: OrganizationRead },
      },
    },
    async ({ ctx }) => {
      const organization = await findOrganization(ctx.db, ctx.orgId);
      if (!organization) throw notFound('organization', ctx.orgId);
      return organization;
    },
  );

  router.get(
    '/organizations/me/list',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'listOrganizations',
        tags: ['organizations'],
        summary: 'The organizations of the caller.',
        response: { 200: z.array(OrganizationListItem) },
      },
    },
    ({ ctx }) => listOrganizations(ctx),
  );
}
