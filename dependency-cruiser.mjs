// The arrows of docs/architecture.md. `scripts/check/arrows.test.mjs` plants a violation of every rule.
import { readFileSync } from 'node:fs';

/** The server's modules in order. A module may import only the ones before it. */
const ORDER = [
  'platform',
  'identity',
  'governance',
  'gateways',
  'agents',
  'boards',
  'telemetry',
  'replay',
  'webhooks',
  'integrations',
  'realtime',
  'app',
];
const SERVER = '^apps/server/src/';
const CONSOLE = '^apps/console/src/';
const TEST = '\\.test\\.tsx?$|/test/';
const inModules = (names) => `${SERVER}(${names.join('|')})/`;
const role = (names) => `${SERVER}.+\\.(${names.join('|')})\\.ts$`;

/** The source files that a package exports, as patterns. */
function listExports(name) {
  const manifest = JSON.parse(readFileSync(new URL(`packages/${name}/package.json`, import.meta.url), 'utf8'));
  return Object.values(manifest.exports).map((entry) => `^packages/${name}/${entry['mc-source'].slice(2)}$`);
}

const order = ORDER.slice(0, -1).map((name, place) => ({
  name: `${name}-imports-only-earlier-modules`,
  comment: `The order is ${ORDER.join(' ◄ ')}. What must travel the other way travels as an event.`,
  from: { path: inModules([name]), pathNot: TEST },
  to: { path: inModules(ORDER.slice(place + 1)) },
}));

const modules = [
  {
    name: 'cross-module-only-through-index',
    comment: 'Another module is its index.ts; platform is open.',
    from: { path: `${SERVER}(?!platform/)([^/]+)/`, pathNot: TEST },
    to: { path: `${SERVER}(?!platform/)[^/]+/`, pathNot: [`${SERVER}$1/`, `${SERVER}[^/]+/index\\.ts$`] },
  },
  {
    name: 'nothing-imports-main',
    comment: 'main.ts starts the process; what others need of it belongs to app or platform.',
    from: { path: '^(apps|packages)/', pathNot: TEST },
    to: { path: `${SERVER}main\\.ts$` },
  },
  {
    name: 'only-stores-touch-sql',
    comment: 'SQL stands in *.store.ts and platform/.',
    from: { path: SERVER, pathNot: ['\\.store\\.ts$', inModules(['platform']), TEST] },
    to: { path: '(^|node_modules/)(kysely|pg|pg-copy-streams|graphile-worker)(/|$)' },
  },
  {
    name: 'only-routes-touch-http',
    comment: 'Calls of HTTP stand in *.routes.ts, platform/http, app and realtime, which is one SSE stream.',
    from: { path: SERVER, pathNot: ['\\.routes\\.ts$', inModules(['platform', 'realtime', 'app']), TEST] },
    to: { path: `${SERVER}platform/http/`, pathNot: '\\.schema\\.ts$', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'only-routes-name-fastify',
    comment: 'Even its types: a service that takes a request cannot be called by a job.',
    from: { path: SERVER, pathNot: ['\\.routes\\.ts$', inModules(['platform', 'app']), TEST] },
    to: { path: '(^|node_modules/)@?fastify' },
  },
  {
    name: 'platform-touches-http-in-one-place',
    comment: 'Below platform/http the platform may name types of HTTP, not call it.',
    from: { path: inModules(['platform']), pathNot: [`${SERVER}platform/http/`, TEST] },
    to: {
      path: `${SERVER}platform/http/|(^|node_modules/)@?fastify`,
      pathNot: '\\.schema\\.ts$',
      dependencyTypesNot: ['type-only'],
    },
  },
];

const roles = [
  {
    name: 'rules-are-pure',
    comment:
      'A *.rules.ts decides from its arguments: schemas, rules, failures, the policy package, RE2; no clock, no I/O.',
    from: { path: role(['rules']) },
    to: {
      path: '.',
      pathNot: [
        '\\.(schema|rules)\\.ts$',
        '/(problem|rejection)\\.ts$',
        '^packages/policy/',
        '^(node:)?zlib$',
        '(^|node_modules/)re2js/',
      ],
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'schemas-know-only-schemas',
    comment: 'A *.schema.ts is the shape on the wire and nothing else.',
    from: { path: role(['schema']) },
    to: { path: role(['rules', 'events', 'store', 'service', 'routes', 'jobs']) },
  },
  {
    name: 'events-know-only-schemas',
    comment: 'A *.events.ts declares facts; it decides and does nothing.',
    from: { path: role(['events']) },
    to: { path: role(['store', 'service', 'routes', 'jobs']) },
  },
  {
    name: 'stores-know-nothing-above',
    comment: 'A *.store.ts is SQL; the service above it decides and owns the transaction.',
    from: { path: role(['store']) },
    to: { path: role(['service', 'routes', 'jobs']), dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'services-know-no-caller',
    comment: 'A *.service.ts does not know whether a route or a job called it.',
    from: { path: role(['service']) },
    to: { path: role(['routes', 'jobs']) },
  },
  {
    name: 'routes-and-jobs-stand-side-by-side',
    comment: 'Both are edges; what they share is a service.',
    from: { path: role(['routes', 'jobs']) },
    to: { path: role(['routes', 'jobs']), dependencyTypesNot: ['type-only'] },
  },
];

const browser = [
  {
    name: 'console-never-imports-the-server',
    comment: 'The console knows the server by openapi.json, through the types in packages/sdk.',
    from: { path: CONSOLE },
    to: { path: '^apps/server/' },
  },
  {
    name: 'console-takes-only-types-from-the-sdk',
    comment: 'The SDK runs in agents, on Node; the console reads the generated types of the API.',
    from: { path: CONSOLE },
    to: { path: '^packages/sdk/', pathNot: '^packages/sdk/src/generated/' },
  },
  {
    name: 'console-layers',
    comment: 'ui, api, lib ◄ features ◄ app.',
    from: { path: `${CONSOLE}(ui|api|lib)/`, pathNot: TEST },
    to: { path: `${CONSOLE}(features|app)/` },
  },
  {
    name: 'features-do-not-know-the-app',
    comment: 'ui, api, lib ◄ features ◄ app.',
    from: { path: `${CONSOLE}features/`, pathNot: TEST },
    to: { path: `${CONSOLE}app/` },
  },
  {
    name: 'no-feature-imports-another',
    comment: 'What two features share is a component in ui, a query in api or a function in lib.',
    from: { path: `${CONSOLE}features/([^/]+)/`, pathNot: TEST },
    to: { path: `${CONSOLE}features/`, pathNot: `${CONSOLE}features/$1/` },
  },
  {
    name: 'lib-knows-neither-ui-nor-api',
    comment: 'lib holds plain functions.',
    from: { path: `${CONSOLE}lib/`, pathNot: TEST },
    to: { path: `${CONSOLE}(ui|api)/` },
  },
  {
    name: 'ui-takes-data-as-props',
    comment: 'Components of ui fetch nothing.',
    from: { path: `${CONSOLE}ui/`, pathNot: TEST },
    to: { path: `${CONSOLE}api/`, dependencyTypesNot: ['type-only'] },
  },
];

const packages = [
  {
    name: 'packages-never-import-apps',
    comment: 'policy ◄ server ► openapi.json ► sdk ◄ console.',
    from: { path: '^packages/', pathNot: TEST },
    to: { path: '^apps/' },
  },
  {
    name: 'server-never-imports-the-sdk',
    comment: 'policy ◄ server ► openapi.json ► sdk ◄ console.',
    from: { path: SERVER, pathNot: TEST },
    to: { path: '^packages/sdk/' },
  },
  {
    name: 'policy-is-pure',
    comment: 'It runs in agents, on the server and in the browser: own files only, no I/O.',
    from: { path: '^packages/policy/src/', pathNot: TEST },
    to: { path: '.', pathNot: ['^packages/policy/src/', '^(node:)?crypto$'] },
  },
  {
    name: 'sdk-has-no-dependency',
    comment: 'The core stands on Node, policy and its own files.',
    from: { path: '^packages/sdk/src/', pathNot: [TEST, '^packages/sdk/src/langgraph/'] },
    to: { path: '.', pathNot: ['^packages/(sdk/src|policy)/'], dependencyTypesNot: ['core'] },
  },
  {
    name: 'sdk-speaks-in-one-place',
    comment: 'transport/http.ts sends every request; nothing else opens a connection.',
    from: { path: '^packages/sdk/src/', pathNot: [TEST, '^packages/sdk/src/transport/http\\.ts$'] },
    to: { path: '^(node:)?(https?|http2|net|tls|dgram)$' },
  },
  {
    name: 'sdk-core-knows-no-adapter',
    comment: 'A framework is loaded only by who imports its entry point.',
    from: { path: '^packages/sdk/src/', pathNot: [TEST, '^packages/sdk/src/langgraph/'] },
    to: { path: '^packages/sdk/src/langgraph/' },
  },
  {
    name: 'adapters-import-their-framework-only',
    comment: 'An adapter translates between its framework and the core.',
    from: { path: '^packages/sdk/src/langgraph/', pathNot: TEST },
    to: {
      path: '.',
      pathNot: ['^packages/(sdk/src|policy)/', '(^|node_modules/)(@langchain|langchain)(/|$)'],
      dependencyTypesNot: ['core'],
    },
  },
  {
    name: 'the-audit-check-stands-alone',
    comment: 'Who checks the trail reads one file and need not trust the rest: Node only.',
    from: { path: '^packages/cli/src/audit/verify\\.ts$' },
    to: { path: '.', dependencyTypesNot: ['core'] },
  },
  {
    name: 'packages-are-entered-by-their-exports',
    comment: 'Another package is what its package.json exports.',
    from: { path: '^(apps|packages|demo|bench|e2e)/([^/]+)/' },
    to: { path: '^packages/[^/]+/src/', pathNot: ['^$1/$2/', ...listExports('policy'), ...listExports('sdk')] },
  },
];

const everywhere = [
  { name: 'no-cycles', comment: 'Data goes one way.', from: {}, to: { circular: true } },
  {
    name: 'everything-resolves',
    comment: 'An import names a file or a declared dependency. A gateway gives its plugins what they import of it.',
    from: {},
    to: { couldNotResolve: true, pathNot: ['\\.gen\\.ts$', '/generated/', '^openclaw/plugin-sdk/'] },
  },
  {
    name: 'nothing-imports-tests',
    comment: 'Tests are read by the test runner alone; test/ holds what tests share.',
    from: { path: '^(apps|packages)/', pathNot: TEST },
    to: { path: TEST },
  },
];

export default {
  forbidden: [...order, ...modules, ...roles, ...browser, ...packages, ...everywhere].map((rule) => ({
    severity: 'error',
    ...rule,
  })),
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['mc-source', 'import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
    cache: { folder: 'node_modules/.cache/dependency-cruiser', strategy: 'content' },
  },
};
