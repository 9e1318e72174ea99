import { problems, type Router, type Routes } from '#server/platform/http/route.ts';
import type { SoulsDirectory } from './directory.ts';
import { searchSouls } from './souls.rules.ts';
import {
  SoulParams,
  SoulsDirectoryMarkdownResponse,
  SoulsDirectorySearchResponse,
  SoulsQuery,
} from './souls.schema.ts';

const config = { access: 'member-or-agent' };
const tags = ['souls-directory'];

export function soulsRoutes(directory: SoulsDirectory): Routes {
  return (router) => {
    router.get(
      '/souls-directory/search',
      {
        config,
        schema: {
          operationId: 'searchSouls',
          tags,
          summary: 'Texts that give an agent its character, by handle and name.',
          querystring: SoulsQuery,
          response: { 200: SoulsDirectorySearchResponse, ...problems(502) },
        },
      },
      async ({ query: { q, limit } }) => ({ items: searchSouls(await directory.list(), q, limit) }),
    );
    addRead(router, directory, { path: '/souls-directory/:handle/:slug', operationId: 'getSoul' });
    addRead(router, directory, { path: '/souls-directory/:handle/:slug.md', operationId: 'getSoulMarkdown' });
  };
}

/** Two spellings of one address, as the contract has them. */
function addRead(
  router: Router,
  directory: SoulsDirectory,
  { path, operationId }: { path: string; operationId: string },
) {
  router.get(
    path,
    {
      config,
      schema: {
        operationId,
        tags,
        summary: 'The text of a soul.',
        params: SoulParams,
        response: { 200: SoulsDirectoryMarkdownResponse, ...problems(404, 502) },
      },
    },
    ({ params }) => directory.read(params),
  );
}
