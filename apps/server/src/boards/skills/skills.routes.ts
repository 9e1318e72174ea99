import { z } from 'zod';
import { getGateway } from '#server/gateways/index.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { changeInstall, type InstallAction } from './installs/installs.service.ts';
import { getPack } from './packs/packs.service.ts';
import {
  GatewayQuery,
  MarketplaceQuery,
  MarketplaceSkillActionResponse,
  MarketplaceSkillCardRead,
  MarketplaceSkillCreate,
  MarketplaceSkillRead,
  SkillFacets,
} from './skills.schema.ts';
import { createSkill, deleteSkill } from './skills.service.ts';
import { findFacets, listCards } from './skills.store.ts';

const config = { access: 'organization:manage' };
const tags = ['skills'];
const params = z.object({ skill_id: z.uuid() });

export function skillsRoutes(router: Router): void {
  router.get(
    '/skills/marketplace',
    {
      config,
      schema: {
        operationId: 'listMarketplaceSkills',
        tags,
        summary:
          'Skills and whether a gateway has them, newest first. X-Total-Count, X-Limit and X-Offset tell the page.',
        querystring: MarketplaceQuery,
        response: { 200: z.array(MarketplaceSkillCardRead), ...problems(404) },
      },
    },
    async ({ ctx, query }, reply) => {
      await getGateway(ctx, query.gateway_id);
      if (query.pack_id) await getPack(ctx, query.pack_id);
      const { items, total, limit } = await listCards(ctx, query);
      return reply
        .header('x-total-count', String(total))
        .header('x-limit', String(limit))
        .header('x-offset', String(query.offset))
        .send(items);
    },
  );

  router.get(
    '/skills/facets',
    {
      config,
      schema: {
        operationId: 'getSkillFacets',
        tags,
        summary: 'The categories and risks that the marketplace can be narrowed to.',
        response: { 200: SkillFacets },
      },
    },
    ({ ctx }) => findFacets(ctx),
  );

  router.post(
    '/skills/marketplace',
    {
      config,
      schema: {
        operationId: 'createMarketplaceSkill',
        tags,
        summary: 'Add a skill by its address, or change the one of that address.',
        body: MarketplaceSkillCreate,
        response: { 200: MarketplaceSkillRead },
      },
    },
    ({ ctx, body }) => createSkill(ctx, body),
  );

  router.delete(
    '/skills/marketplace/:skill_id',
    {
      config,
      schema: {
        operationId: 'deleteMarketplaceSkill',
        tags,
        summary: 'Remove a skill from the marketplace.',
        params,
        response: { 200: OkResponse, ...problems(404) },
      },
    },
    async ({ ctx, params: { skill_id } }) => {
      await deleteSkill(ctx, skill_id);
      return OK;
    },
  );

  addAction(router, 'install', 'Ask the main agent of a gateway to install a skill.');
  addAction(router, 'uninstall', 'Ask the main agent of a gateway to remove a skill.');
}

function addAction(router: Router, action: InstallAction, summary: string): void {
  router.post(
    `/skills/marketplace/:skill_id/${action}`,
    {
      config,
      schema: {
        operationId: `${action}MarketplaceSkill`,
        tags,
        summary,
        params,
        querystring: GatewayQuery,
        response: { 200: MarketplaceSkillActionResponse, ...problems(404, 422, 502) },
      },
    },
    ({ ctx, params: { skill_id }, query: { gateway_id } }) => changeInstall(ctx, action, { skill_id, gateway_id }),
  );
}
