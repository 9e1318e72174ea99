import { problems, type Router } from '#server/platform/http/route.ts';
import { compileVersion } from '../compiling/compile.service.ts';
import { explainPolicy } from './explain.service.ts';
import { PolicyExplain, PolicyExplanation, PolicyLint, PolicyLintResult } from './judging.schema.ts';

const tags = ['policies'];
/** Each call compiles a policy. */
const config = { access: 'policies:read', perMinute: 120 };

export function judgingRoutes(router: Router): void {
  router.post(
    '/policies/lint',
    {
      config,
      schema: {
        operationId: 'lintPolicy',
        tags,
        summary: 'What is wrong with a text, with lines and fixes, and what its tests say. Nothing is saved.',
        body: PolicyLint,
        response: { 200: PolicyLintResult },
      },
    },
    async ({ ctx, body }) => {
      const { ir, findings, tests, agentCount } = await compileVersion(ctx, body.source, { id: 'draft', version: 1 });
      return { valid: ir !== undefined, findings, tests, agents_in_scope: agentCount };
    },
  );

  router.post(
    '/policies/explain',
    {
      config,
      schema: {
        operationId: 'explainPolicies',
        tags,
        summary: 'What would be decided of a call, stage by stage, and by which lines.',
        body: PolicyExplain,
        response: { 200: PolicyExplanation, ...problems(404) },
      },
    },
    ({ ctx, body }) => explainPolicy(ctx, body),
  );
}
