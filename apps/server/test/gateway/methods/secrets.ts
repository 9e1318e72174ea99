import { invalid, type World } from '../world.ts';
import { type Method, type Params, text } from './method.ts';

function setSecret(world: World, { name, value, kind }: Params): unknown {
  if (!/^[A-Z][A-Z0-9_]{0,127}$/.test(text(name))) {
    throw invalid('invalid secrets.store.set params: at /name: must match pattern "^[A-Z][A-Z0-9_]{0,127}$"');
  }
  world.secrets.set(text(name), { value: text(value), kind: text(kind) });
  return { ok: true, reloaded: false };
}

const listSecrets = ({ secrets }: World): unknown => ({
  entries: [...secrets].map(([name, { value, kind }]) => ({ name, kind, ...(kind === 'env' && { value }) })),
});

function deleteSecret(world: World, { name }: Params): unknown {
  world.secrets.delete(text(name));
  return { ok: true, reloaded: false };
}

export const secretMethods: Record<string, Method> = {
  'secrets.store.list': { scope: 'admin', required: [], answer: listSecrets },
  'secrets.store.set': {
    scope: 'admin',
    required: ['name', 'value', 'kind'],
    optional: ['allowedHosts'],
    answer: setSecret,
  },
  'secrets.store.delete': { scope: 'admin', required: ['name'], answer: deleteSecret },
};
