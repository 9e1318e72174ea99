import { z } from 'zod';
import { CursorQuery, cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { notFound } from '#server/platform/problem.ts';
import { findPolicy } from '../policies.store.ts';
import { PolicyDiff, PolicyDiffQuery, PolicyVersion, PolicyVersionDetail } from './versions.schema.ts';
import { diffVersions, getVersion } from './versions.service.ts';
import { listVersions } from './versions.store.ts';

const tags = ['policies'];
const params = z.object({ policy_id: z.uuid() });
const config = { access: 'policies:read' };

export function policyVersionsRoutes(router: Router): void {
  router.get(
    '/policies/:policy_id/versions',
    {
      config,
      schema: {
        operationId: 'listPolicyVersions',
        tags,
        summary: 'The versions of a policy, newest first.',
        params,
        querystring: CursorQuery,
        response: { 200: cursorPage(PolicyVersion), ...problems(404) },
      },
    },
    async ({ ctx, params: { policy_id }, query: { cursor, limit } }) => {
      if (!(await findPolicy(ctx, policy_id))) throw notFound('policy', policy_id);
      const before = parseCursor(cursor, [z.int()])?.[0];
      return toPage(await listVersions(ctx, policy_id, { limit, before }), limit, ({ version }) => [version]);
    },
  );

  router.get(
    '/policies/:policy_id/versions/diff',
    {
      config,
      schema: {
        operationId: 'diffPolicyVersions',
        tags,
        summary: 'What changed between two versions, and whether agents may do more or less by it.',
        params,
        querystring: PolicyDiffQuery,
        response: { 200: PolicyDiff, ...problems(404) },
      },
    },
    ({ ctx, params: { policy_id }, query: { from, to } }) => diffVersions(ctx, policy_id, from, to),
  );

  router.get(
    '/policies/:policy_id/versions/:version',
    {
      config,
      schema: {
        operationId: 'getPolicyVersion',
        tags,
        summary: 'One version with its text.',
        params: params.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) }),
        response: { 200: PolicyVersionDetail, ...problems(404) },
      },
    },
    ({ ctx, params: { policy_id, version } }) => getVersion(ctx, policy_id, version),
  );
}
