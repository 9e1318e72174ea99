import type { ServerProcess } from '../ingest/server-process.ts';

/** Calls the API as the owner, or as whoever has the token. */
export async function call<T>(server: ServerProcess, path: string, body: object, token = server.token): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The server lets one key enrol sixty processes a minute. */
const PER_KEY = 40;

/** Gives service keys for processes that enrol, one call for each. */
export function createKeys(server: ServerProcess): () => Promise<string> {
  const create = async () =>
    (await call<{ key: string }>(server, '/service-keys', { name: 'bench', scopes: ['enroll'] })).key;
  let key = Promise.resolve('');
  let uses = 0;
  return () => {
    if (uses++ % PER_KEY === 0) key = create();
    return key;
  };
}

/** Puts limits on an agent's tokens into force. */
export async function enforceLimits(server: ServerProcess, agent: string, limits: Record<string, number>) {
  const rules = Object.entries(limits).map(
    ([per, tokens]) =>
      `  - id: ${per.replace('_', '-')}\n    limits: { per: ${per}, tokens: ${tokens}, on_exceed: block }`,
  );
  const source = `version: 1\nname: bench-${agent}\nmode: enforce\nscope: { agent: ${agent} }\nrules:\n${rules.join('\n')}\n`;
  const { id } = await call<{ id: string }>(server, '/policies', { source });
  await call(server, `/policies/${id}/activate`, { version: 1, acknowledge_unobserved: true });
}
