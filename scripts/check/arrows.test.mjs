import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import config from '../../dependency-cruiser.mjs';

/** rule → the file that breaks it and what that file imports (a specifier, or a path of the tree). */
const VIOLATIONS = {
  'platform-imports-only-earlier-modules': ['apps/server/src/platform/log/log.ts', 'apps/server/src/identity/index.ts'],
  'identity-imports-only-earlier-modules': ['apps/server/src/identity/a.ts', 'apps/server/src/agents/index.ts'],
  'governance-imports-only-earlier-modules': ['apps/server/src/governance/a.ts', 'apps/server/src/agents/index.ts'],
  'gateways-imports-only-earlier-modules': ['apps/server/src/gateways/a.ts', 'apps/server/src/agents/index.ts'],
  'agents-imports-only-earlier-modules': ['apps/server/src/agents/a.ts', 'apps/server/src/telemetry/index.ts'],
  'boards-imports-only-earlier-modules': ['apps/server/src/boards/a.ts', 'apps/server/src/telemetry/index.ts'],
  'telemetry-imports-only-earlier-modules': ['apps/server/src/telemetry/a.ts', 'apps/server/src/realtime/index.ts'],
  'replay-imports-only-earlier-modules': ['apps/server/src/replay/a.ts', 'apps/server/src/realtime/index.ts'],
  'webhooks-imports-only-earlier-modules': ['apps/server/src/webhooks/a.ts', 'apps/server/src/realtime/index.ts'],
  'integrations-imports-only-earlier-modules': [
    'apps/server/src/integrations/a.ts',
    'apps/server/src/realtime/index.ts',
  ],
  'realtime-imports-only-earlier-modules': ['apps/server/src/realtime/a.ts', 'apps/server/src/app/app.ts'],
  'cross-module-only-through-index': ['apps/server/src/telemetry/b.ts', 'apps/server/src/identity/users/names.ts'],
  'nothing-imports-main': ['apps/server/src/app/b.ts', 'apps/server/src/main.ts'],
  'only-stores-touch-sql': ['apps/server/src/agents/registry/agents.service.ts', 'kysely'],
  'only-routes-touch-http': ['apps/server/src/agents/registry/list.ts', 'apps/server/src/platform/http/route.ts'],
  'only-routes-name-fastify': ['apps/server/src/agents/registry/hooks.ts', 'fastify'],
  'platform-touches-http-in-one-place': [
    'apps/server/src/platform/context.ts',
    'apps/server/src/platform/http/route.ts',
  ],
  'rules-are-pure': ['apps/server/src/agents/registry/agents.rules.ts', 'node:fs'],
  'schemas-know-only-schemas': [
    'apps/server/src/boards/tasks/tasks.schema.ts',
    'apps/server/src/boards/tasks/tasks.service.ts',
  ],
  'events-know-only-schemas': [
    'apps/server/src/boards/tasks/tasks.events.ts',
    'apps/server/src/boards/tasks/tasks.store.ts',
  ],
  'stores-know-nothing-above': [
    'apps/server/src/boards/tags/tags.store.ts',
    'apps/server/src/boards/tags/tags.service.ts',
  ],
  'services-know-no-caller': [
    'apps/server/src/boards/notes/notes.service.ts',
    'apps/server/src/boards/notes/notes.routes.ts',
  ],
  'routes-and-jobs-stand-side-by-side': [
    'apps/server/src/boards/packs/packs.routes.ts',
    'apps/server/src/boards/packs/packs.jobs.ts',
  ],
  'console-never-imports-the-server': ['apps/console/src/features/runs/a.ts', 'apps/server/src/agents/index.ts'],
  'console-takes-only-types-from-the-sdk': ['apps/console/src/api/client.ts', 'packages/sdk/src/index.ts'],
  'console-layers': ['apps/console/src/api/queries.ts', 'apps/console/src/features/runs/page.ts'],
  'features-do-not-know-the-app': ['apps/console/src/features/runs/b.ts', 'apps/console/src/app/router.ts'],
  'no-feature-imports-another': ['apps/console/src/features/runs/c.ts', 'apps/console/src/features/agents/page.ts'],
  'lib-knows-neither-ui-nor-api': ['apps/console/src/lib/time.ts', 'apps/console/src/ui/button.ts'],
  'ui-takes-data-as-props': ['apps/console/src/ui/table.ts', 'apps/console/src/api/runs.ts'],
  'packages-never-import-apps': ['packages/sdk/src/contract.ts', 'apps/server/src/agents/index.ts'],
  'server-never-imports-the-sdk': ['apps/server/src/agents/b.ts', 'packages/sdk/src/index.ts'],
  'policy-is-pure': ['packages/policy/src/load.ts', 'node:fs'],
  'sdk-has-no-dependency': ['packages/sdk/src/parse.ts', 'zod'],
  'sdk-speaks-in-one-place': ['packages/sdk/src/send.ts', 'node:https'],
  'sdk-core-knows-no-adapter': ['packages/sdk/src/auto.ts', 'packages/sdk/src/langgraph/index.ts'],
  'adapters-import-their-framework-only': ['packages/sdk/src/langgraph/tools.ts', 'zod'],
  'the-audit-check-stands-alone': ['packages/cli/src/audit/verify.ts', 'packages/cli/src/command.ts'],
  'packages-are-entered-by-their-exports': ['demo/src/a.ts', 'packages/sdk/src/queue/queue.ts'],
  'no-cycles': ['packages/policy/src/egg.ts', 'packages/policy/src/hen.ts'],
  'everything-resolves': ['packages/policy/src/lost.ts', './nowhere.ts'],
  'nothing-imports-tests': ['apps/server/src/agents/c.ts', 'apps/server/src/agents/agents.test.ts'],
};

const tree = mkdtempSync(join(tmpdir(), 'arrows-'));
let found;

function write(path, text) {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

const isPath = (target) => /^(apps|packages)\//.test(target);
const toSpecifier = (from, target) =>
  isPath(target) ? `${'../'.repeat(from.split('/').length - 1)}${target}` : target;

beforeAll(async () => {
  const plants = Object.values(VIOLATIONS);
  for (const [, target] of plants) if (isPath(target)) write(target, 'export const it = 1;\n');
  for (const [from, target] of plants)
    write(from, `import { it } from '${toSpecifier(from, target)}';\nexport { it };\n`);
  write('packages/policy/src/hen.ts', `import { it } from './egg.ts';\nexport { it };\n`);
  for (const name of ['kysely', 'fastify', 'zod']) {
    write(`node_modules/${name}/package.json`, `{"name":"${name}","main":"index.js"}`);
    write(`node_modules/${name}/index.js`, '');
  }
  const { cache, ...options } = config.options;
  const folders = ['apps', 'packages', 'demo'];
  const ruleSet = { forbidden: config.forbidden };
  const result = await cruise(
    folders,
    { ...options, baseDir: tree, validate: true, ruleSet },
    options.enhancedResolveOptions,
  );
  found = result.output.summary.violations;
}, 60_000);

afterAll(() => rmSync(tree, { recursive: true }));

test('every arrow has a planted violation', () => {
  expect(Object.keys(VIOLATIONS).toSorted()).toEqual(config.forbidden.map(({ name }) => name).toSorted());
});

test.each(Object.entries(VIOLATIONS))('%s catches its violation', (rule, [from]) => {
  expect(found.filter((violation) => violation.rule.name === rule).map((violation) => violation.from)).toContain(from);
});
