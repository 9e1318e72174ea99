import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';

export const skillKeys = { all: ['skills'] as const };

const PATH = '/api/v1/skills/marketplace';

export type SkillQuery = paths[typeof PATH]['get']['parameters']['query'];

/** A page of the marketplace, newest first, and how many skills match. */
export const skillsQuery = (query: SkillQuery) =>
  queryOptions({
    queryKey: [...skillKeys.all, 'list', query],
    queryFn: async ({ signal }) => {
      const answer = api.GET(PATH, { signal, params: { query } });
      const items = await read(answer);
      return { items, total: Number((await answer).response.headers.get('x-total-count')) };
    },
  });

/** The categories and risks that there are. */
export const skillFacetsQuery = queryOptions({
  queryKey: [...skillKeys.all, 'facets'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/skills/facets', { signal })),
});

export interface SkillInput {
  source_url: string;
  name: string | null;
  description: string | null;
}

/** Adds a skill by its address. */
export const createSkill = (body: SkillInput) => read(api.POST(PATH, { body }));

const ONE = `${PATH}/{skill_id}` as const;

export const deleteSkill = (skillId: string) => read(api.DELETE(ONE, { params: { path: { skill_id: skillId } } }));

export interface Install {
  skillId: string;
  gatewayId: string;
}

/** Asks the main agent of a gateway to install a skill, or to remove it; done once the gateway took the message. */
export const changeInstall = (action: 'install' | 'uninstall', { skillId, gatewayId }: Install) =>
  read(api.POST(`${ONE}/${action}`, { params: { path: { skill_id: skillId }, query: { gateway_id: gatewayId } } }));
