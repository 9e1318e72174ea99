import { newId } from '../../apps/server/src/platform/ids.ts';
import type { ServerProcess } from './server-process.ts';

/** The server lets one key enrol sixty processes a minute. */
const PER_KEY = 50;
const AGENTS = 8;
const TOOLS = ['docs/read', 'docs/search', 'web/fetch'].map((name) => ({ name, side_effect: 'read' }));

/** A process that has enrolled. */
export interface Producer {
  id: string;
  token: string;
  agent: string;
}

/** Enrols that many processes over the API, each with one of a few agents. */
export async function enrol(server: ServerProcess, count: number): Promise<Producer[]> {
  const producers: Producer[] = [];
  let key = '';
  for (let index = 0; index < count; index++) {
    if (index % PER_KEY === 0) key = await createKey(server);
    producers.push(await enrolOne(server, key, `bench-${index % AGENTS}`));
  }
  return producers;
}

async function createKey(server: ServerProcess): Promise<string> {
  const body = { name: 'bench', scopes: ['enroll'] };
  return (await post<{ key: string }>(server, '/service-keys', server.token, body)).key;
}

async function enrolOne(server: ServerProcess, key: string, agent: string): Promise<Producer> {
  const id = newId();
  const body = { producer: id, agents: [{ slug: agent, manifest: { tools: TOOLS } }] };
  const { token } = await post<{ token: string }>(server, '/agents/enroll', key, body);
  return { id, token, agent };
}

async function post<T>({ url }: ServerProcess, path: string, token: string, body: unknown): Promise<T> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
