import { z } from 'zod';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { syncPack } from '../sync/sync.service.ts';
import { SkillPackCreate, SkillPackRead, SkillPackSyncResponse } from './packs.schema.ts';
import { createPack, deletePack, getPack, updatePack } from './packs.service.ts';
import { listPacks } from './packs.store.ts';

const config = { access: 'organization:manage' };
const tags = ['skills'];
const params = z.object({ pack_id: z.uuid() });

export function skillPacksRoutes(router: Router): void {
  router.get(
    '/skills/packs',
    {
      config,
      schema: {
        operationId: 'listSkillPacks',
        tags,
        summary: 'The repositories that skills come from, newest first.',
        response: { 200: z.array(SkillPackRead) },
      },
    },
    ({ ctx }) => listPacks(ctx),
  );

  router.post(
    '/skills/packs',
    {
      config,
      schema: {
        operationId: 'createSkillPack',
        tags,
        summary: 'Add a repository, or change the one of that address.',
        body: SkillPackCreate,
        response: { 200: SkillPackRead, ...problems(400) },
      },
    },
    ({ ctx, body }) => createPack(ctx, body),
  );

  router.get(
    '/skills/packs/:pack_id',
    {
      config,
      schema: {
        operationId: 'getSkillPack',
        tags,
        summary: 'One repository.',
        params,
        response: { 200: SkillPackRead, ...problems(404) },
      },
    },
    ({ ctx, params: { pack_id } }) => getPack(ctx, pack_id),
  );
}

export function skillPackRoutes(router: Router): void {
  router.patch(
    '/skills/packs/:pack_id',
    {
      config,
      schema: {
        operationId: 'updateSkillPack',
        tags,
        summary: 'Replace what is kept of a repository.',
        params,
        body: SkillPackCreate,
        response: { 200: SkillPackRead, ...problems(400, 404, 409) },
      },
    },
    (request) => updatePack(request.ctx, request.params.pack_id, request.body, expectedVersion(request)),
  );

  router.delete(
    '/skills/packs/:pack_id',
    {
      config,
      schema: {
        operationId: 'deleteSkillPack',
        tags,
        summary: 'Forget a repository. Its skills stay.',
        params,
        response: { 200: OkResponse, ...problems(404, 409) },
      },
    },
    async (request) => {
      await deletePack(request.ctx, request.params.pack_id, expectedVersion(request));
      return OK;
    },
  );

  router.post(
    '/skills/packs/:pack_id/sync',
    {
      config,
      schema: {
        operationId: 'syncSkillPack',
        tags,
        summary: 'Read the skills of a repository anew. What takes longer than 20 s goes on as a job.',
        params,
        response: { 200: SkillPackSyncResponse, ...problems(400, 404, 502) },
      },
    },
    ({ ctx, params: { pack_id } }) => syncPack(ctx, pack_id),
  );
}
