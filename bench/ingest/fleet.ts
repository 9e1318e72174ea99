import { newId } from '../../apps/server/src/platform/ids.ts';
import type { BenchServer } from '../server.ts';
import { slugOf } from './traffic.ts';

/** The server lets one key enrol sixty processes a minute. */
const PER_KEY = 50;
const TOOLS = ['docs/read', 'docs/search', 'web/fetch'].map((name) => ({ name, side_effect: 'read' }));

/** A process that has enrolled. */
export interface Producer {
  id: string;
  token: string;
  agent: string;
}

/** Enrols that many processes over the API, each with one of a few agents. */
export async function enrol(server: BenchServer, count: number): Promise<Producer[]> {
  const producers: Producer[] = [];
  let key = '';
  for (let index = 0; index < count; index++) {
    if (index % PER_KEY === 0) key = await server.createKey();
    producers.push(await enrolOne(server, key, slugOf(index)));
  }
  return producers;
}

async function enrolOne(server: BenchServer, key: string, agent: string): Promise<Producer> {
  const id = newId();
  const response = await fetch(`${server.url}/api/v1/agents/enroll`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ producer: id, agents: [{ slug: agent, manifest: { tools: TOOLS } }] }),
  });
  if (!response.ok) throw new Error(`enrolment answered ${response.status}: ${await response.text()}`);
  const { token } = (await response.json()) as { token: string };
  return { id, token, agent };
}
