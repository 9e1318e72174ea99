import { compressLarge } from '#server/platform/http/compress.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { Graph, GraphQuery } from './graph.schema.ts';
import { readGraph } from './read-graph.ts';

export function graphRoutes(router: Router): void {
  router.get(
    '/graph',
    {
      config: { access: 'telemetry:read' },
      onSend: compressLarge,
      schema: {
        operationId: 'getGraph',
        tags: ['telemetry'],
        summary: 'Who calls whom, how it goes, what is slow and why; now or at an instant that is kept.',
        querystring: GraphQuery,
        response: { 200: Graph, ...problems(422) },
      },
    },
    ({ ctx, query }) => readGraph(ctx, query),
  );
}
