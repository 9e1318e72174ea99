import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { renderSample } from './sample.ts';

const TemplatePreview = z.object({ text: z.string() }).meta({ id: 'TemplatePreview' });

export function previewsRoutes(router: Router): void {
  router.post(
    '/agents/templates/preview',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'previewAgentTemplate',
        tags: ['agents'],
        summary: 'What a template reads like, with made-up values; nothing is kept.',
        body: z.object({ template: z.string().max(200_000) }),
        response: { 200: TemplatePreview, ...problems(422) },
      },
    },
    ({ body }) => ({ text: renderSample(body.template) }),
  );
}
