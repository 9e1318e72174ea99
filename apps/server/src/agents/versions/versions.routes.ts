import { z } from 'zod';
import { CursorQuery, cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { notFound } from '#server/platform/problem.ts';
import { findAgentRow } from '../registry/agent-rows.store.ts';
import {
  AgentVersion,
  AgentVersionCreate,
  AgentVersionDetail,
  AgentVersionListed,
  VersionDiff,
} from './versions.schema.ts';
import { createVersion, diffVersions, getVersion } from './versions.service.ts';
import { listVersions } from './versions.store.ts';

const tags = ['versions'];
const ofAgent = z.object({ agent_id: z.uuid() });
const ofVersion = z.object({ agent_id: z.uuid(), version_id: z.uuid() });
const MANIFEST_BODY_BYTES = 4 * 1024 * 1024;

export function versionsRoutes(router: Router): void {
  router.get(
    '/agents/:agent_id/versions',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'listAgentVersions',
        tags,
        summary: 'The versions of an agent, newest first, each with how it did in the last 30 days.',
        params: ofAgent,
        querystring: CursorQuery,
        response: { 200: cursorPage(AgentVersionListed), ...problems(404) },
      },
    },
    async ({ ctx, params: { agent_id }, query: { cursor, limit } }) => {
      if (!(await findAgentRow(ctx, agent_id))) throw notFound('agent', agent_id);
      const before = parseCursor(cursor, [z.int()])?.[0];
      return toPage(await listVersions(ctx, agent_id, before, limit), limit, ({ number }) => [number]);
    },
  );

  router.post(
    '/agents/:agent_id/versions',
    {
      config: { access: 'agents:write' },
      bodyLimit: MANIFEST_BODY_BYTES,
      schema: {
        operationId: 'createAgentVersion',
        tags,
        summary: 'Add a version; 200 with the one that stands when the content is the same.',
        params: ofAgent,
        body: AgentVersionCreate,
        response: { 200: AgentVersion, 201: AgentVersion, ...problems(404, 409, 422) },
      },
    },
    async ({ ctx, params: { agent_id }, body }, reply) => {
      const { version, created } = await createVersion(ctx, agent_id, body);
      return reply.code(created ? 201 : 200).send(version);
    },
  );

  router.get(
    '/agents/:agent_id/versions/diff',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'diffAgentVersions',
        tags,
        summary: 'What changed between two versions, with what each change risks.',
        params: ofAgent,
        querystring: z.object({ from: z.uuid(), to: z.uuid() }),
        response: { 200: VersionDiff, ...problems(404) },
      },
    },
    ({ ctx, params: { agent_id }, query: { from, to } }) => diffVersions(ctx, agent_id, from, to),
  );

  router.get(
    '/agents/:agent_id/versions/:version_id',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'getAgentVersion',
        tags,
        summary: 'One version with its manifest.',
        params: ofVersion,
        response: { 200: AgentVersionDetail, ...problems(404) },
      },
    },
    ({ ctx, params: { agent_id, version_id } }) => getVersion(ctx, agent_id, version_id),
  );
}
