import { expect, test } from 'vitest';
import { findCrowdedFolders, findNameFault } from './names.mjs';

test.each([
  'apps/server/src/agents/index.ts',
  'apps/server/src/agents/registry/agents.store.ts',
  'apps/server/src/agents/registry/agents.rules.test.ts',
  'apps/server/src/telemetry/ingest/writer.ts',
  'apps/server/src/platform/http/rate-limit.ts',
  'apps/console/src/features/runs/index.ts',
  'packages/sdk/src/langgraph/index.ts',
])('%s is a name of the house', (path) => {
  expect(findNameFault(path)).toBeUndefined();
});

test.each([
  ['apps/server/src/agents/registry/agents.controller.ts', '"controller" is no role'],
  ['apps/server/src/agents/registry/index.ts', 'only at the root'],
  ['apps/console/src/lib/index.ts', 'only at the root'],
  ['packages/sdk/src/utils/retry.ts', '"utils" names nothing'],
  ['apps/server/src/agents/agents.types.ts', '"types" names nothing'],
])('%s is refused: %s', (path, reason) => {
  expect(findNameFault(path)).toContain(reason);
});

test('a folder with two route files is two resources', () => {
  const folder = 'apps/server/src/agents/registry';
  expect(findCrowdedFolders([`${folder}/agents.routes.ts`, `${folder}/agents.service.ts`])).toEqual([]);
  expect(findCrowdedFolders([`${folder}/agents.routes.ts`, `${folder}/owners.routes.ts`])).toHaveLength(1);
});
