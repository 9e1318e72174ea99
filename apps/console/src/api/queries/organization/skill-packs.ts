import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { SkillPack } from '../../contract.ts';

export const skillPackKeys = { all: ['skill-packs'] as const };

/** Repositories of skills, newest first. */
export const skillPacksQuery = queryOptions({
  queryKey: skillPackKeys.all,
  queryFn: ({ signal }) => read(api.GET('/api/v1/skills/packs', { signal })),
});

export interface SkillPackInput {
  source_url: string;
  branch: string;
  name: string | null;
}

export const createSkillPack = (body: SkillPackInput) => read(api.POST('/api/v1/skills/packs', { body }));

const ONE = '/api/v1/skills/packs/{pack_id}';

/** Replaces what a pack says of itself; another version than the one seen is refused. */
export const updateSkillPack = ({ id, description, metadata, version }: SkillPack, body: SkillPackInput) =>
  read(api.PATCH(ONE, { params: { path: { pack_id: id } }, body: { description, metadata, version, ...body } }));

export const deleteSkillPack = (packId: string) => read(api.DELETE(ONE, { params: { path: { pack_id: packId } } }));

/** Reads the repository anew; a long one goes on as a job. */
export const syncSkillPack = (packId: string) =>
  read(api.POST(`${ONE}/sync`, { params: { path: { pack_id: packId } } }));
