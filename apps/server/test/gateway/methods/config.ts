import { changeConfig, configHash, invalid, type World } from '../world.ts';
import { isRecord, type Method, type Params, text } from './method.ts';

const RESTART_KEYS = ['env'];
const KNOWN_KEYS = [
  'gateway',
  'update',
  'logging',
  'models',
  'agents',
  'tools',
  'talk',
  'meta',
  'plugins',
  'cron',
  'env',
  'channels',
];

function getConfig(world: World): unknown {
  const config = { ...world.config, agents: agentsConfig(world), meta: { lastTouchedVersion: world.version } };
  return {
    path: `${world.dir}/openclaw.json`,
    exists: true,
    raw: null,
    parsed: config,
    config,
    valid: true,
    issues: [],
    hash: configHash(world, world.revision),
    configRevisionHash: configHash(world, world.revision),
    appliedConfigHash: configHash(world, world.appliedRevision),
  };
}

function agentsConfig(world: World): Record<string, unknown> {
  const agents = isRecord(world.config.agents) ? world.config.agents : {};
  const patched = isRecord(agents.entries) ? agents.entries : {};
  const entries = [...world.agents.values()].map(({ id, name, workspace, model }) => [
    id,
    { name, workspace, model, ...(isRecord(patched[id]) && patched[id]) },
  ]);
  return {
    ...agents,
    ownership: world.isOwnershipExplicit ? 'explicit' : 'sole',
    entries: Object.fromEntries(entries),
  };
}

function patchConfig(world: World, params: Params): unknown {
  if (params.baseHash !== configHash(world, world.revision)) {
    throw invalid('config changed since last load; re-run config.get and retry');
  }
  const patch: unknown = JSON.parse(text(params.raw));
  if (!isRecord(patch)) throw invalid('invalid config patch');
  const unknownKey = Object.keys(patch).find((key) => !KNOWN_KEYS.includes(key));
  if (unknownKey) {
    const message = `Unrecognized key: "${unknownKey}"`;
    throw invalid(`invalid config: <root>: ${message}`, { issues: [{ path: '', message }] });
  }
  world.config = mergePatch(world.config, patch);
  changeConfig(world, () => undefined);
  if (RESTART_KEYS.some((key) => key in patch)) world.later(0, () => world.restart());
  return { ok: true, path: `${world.dir}/openclaw.json`, hash: configHash(world, world.revision), config: {} };
}

/** RFC 7396. */
function mergePatch(target: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const current = merged[key];
    if (value === null) delete merged[key];
    else if (isRecord(value)) merged[key] = mergePatch(isRecord(current) ? current : {}, value);
    else merged[key] = value;
  }
  return merged;
}

const lookUp = (_world: World, { path }: Params): unknown => ({
  path,
  schema: { type: 'object' },
  reloadKind: RESTART_KEYS.some((key) => text(path).startsWith(key)) ? 'restart' : 'hot',
});

const readModels = (): unknown => ({
  models: [{ id: 'scripted', name: 'Scripted mock', provider: 'mock', contextWindow: 128000, available: true }],
});

const readAuthStatus = (): unknown => ({
  ts: Date.now(),
  providers: [{ provider: 'mock', authProvider: 'mock', displayName: 'mock', status: 'static', profiles: [] }],
});

export const configMethods: Record<string, Method> = {
  'config.get': { scope: 'read', required: [], answer: getConfig },
  'config.patch': { scope: 'admin', required: ['raw', 'baseHash'], answer: patchConfig },
  'config.schema.lookup': { scope: 'read', required: ['path'], answer: lookUp },
  'models.list': { scope: 'read', required: [], optional: ['view'], answer: readModels },
  'models.authStatus': { scope: 'read', required: [], answer: readAuthStatus },
  health: {
    scope: 'read',
    required: [],
    optional: ['probe'],
    answer: () => ({ ok: true, ts: Date.now(), durationMs: 3, defaultAgentId: 'main' }),
  },
  status: {
    scope: 'read',
    required: [],
    answer: ({ version }) => ({ runtimeVersion: version, sessions: { count: 0 } }),
  },
};
