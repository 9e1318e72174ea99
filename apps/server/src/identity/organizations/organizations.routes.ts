import { z } from 'zod';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import {
  OrganizationActiveUpdate,
  OrganizationCreate,
  OrganizationListItem,
  OrganizationRead,
} from './organizations.schema.ts';
import {
  activateOrganization,
  createOrganization,
  deleteOrganization,
  getOrganization,
} from './organizations.service.ts';
import { listOrganizations } from './organizations.store.ts';

const tags = ['organizations'];

/** The caller's organizations. */
export function organizationsRoutes(router: Router): void {
  router.post(
    '/organizations',
    {
      config: { access: 'self:write' },
      schema: {
        operationId: 'createOrganization',
        tags,
        summary: 'Make an organization, own it and make it active.',
        body: OrganizationCreate,
        response: { 200: OrganizationRead, ...problems(409) },
      },
    },
    ({ ctx, body }) => createOrganization(ctx, body),
  );

  router.get(
    '/organizations/me/list',
    {
      config: { access: 'self:read' },
      schema: {
        operationId: 'listOrganizations',
        tags,
        summary: 'The organizations of the caller.',
        response: { 200: z.array(OrganizationListItem) },
      },
    },
    ({ ctx }) => listOrganizations(ctx),
  );

  router.patch(
    '/organizations/me/active',
    {
      config: { access: 'self:write' },
      schema: {
        operationId: 'activateOrganization',
        tags,
        summary: 'Make one of the caller’s organizations the active one.',
        body: OrganizationActiveUpdate,
        response: { 200: OrganizationRead, ...problems(403) },
      },
    },
    ({ ctx, body }) => activateOrganization(ctx, body.organization_id),
  );
}

/** The active organization. */
export function organizationRoutes(router: Router): void {
  router.get(
    '/organizations/me',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'getOrganization',
        tags,
        summary: 'The active organization.',
        response: { 200: OrganizationRead },
      },
    },
    ({ ctx }) => getOrganization(ctx, ctx.orgId),
  );

  router.delete(
    '/organizations/me',
    {
      config: { access: 'organization:own' },
      schema: {
        operationId: 'deleteOrganization',
        tags,
        summary: 'Delete the active organization with everything in it.',
        response: { 200: OkResponse, ...problems(403) },
      },
    },
    async ({ ctx }) => {
      await deleteOrganization(ctx);
      return OK;
    },
  );
}
