import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Router } from '#server/platform/http/route.ts';

/** Lets the router describe itself; only the generator of openapi.json does, so that a server need not load this. */
export function describeApi(router: Router): void {
  router.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Mission Control',
        version: '1',
        description: 'Fleet operations and work governance for AI agents. Errors are {detail, code, request_id}.',
      },
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'The sign-in token, a service key or a process token.',
          },
          session: { type: 'apiKey', in: 'cookie', name: 'mc_session' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}
