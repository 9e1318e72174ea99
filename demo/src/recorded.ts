import { z } from 'zod';
import type { Server } from './server.ts';

const Runs = z.object({
  items: z.array(z.object({ started_at: z.string(), max_seq: z.number(), violations: z.number() })),
  next_cursor: z.string().nullable(),
});
const Agents = z.object({ items: z.array(z.object({ id: z.string() })) });
const AgentDetail = z.object({
  producers: z.array(z.object({ id: z.string(), dropped: z.record(z.string(), z.number()), last_seen_at: z.string() })),
});

/** What the server holds of the fleets' work. */
export interface Recorded {
  runs: number;
  events: number;
  violations: number;
  /** Events that the SDK had to let go, all processes together. */
  dropped: number;
}

/** Asks the server for what it recorded since an instant; undefined when we may not read there. */
export async function findRecorded(server: Server, since: Date): Promise<Recorded | undefined> {
  if (!server.token) return undefined;
  const read = (path: string) => getJson(server, path);
  const runs = await listRuns(read, since.toISOString());
  const sum = (key: 'max_seq' | 'violations') => runs.reduce((total, run) => total + run[key], 0);
  const dropped = await countDropped(read, since.toISOString());
  return { runs: runs.length, events: sum('max_seq'), violations: sum('violations'), dropped };
}

type Read = (path: string) => Promise<unknown>;

/** Newest first, so that the pages end with the first run that is older. */
async function listRuns(read: Read, since: string) {
  const found: z.infer<typeof Runs>['items'] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: z.infer<typeof Runs> = Runs.parse(await read(`runs?limit=200${cursor && `&cursor=${cursor}`}`));
    const recent = page.items.filter((run) => run.started_at >= since);
    found.push(...recent);
    cursor = recent.length === page.items.length ? page.next_cursor : null;
  }
  return found;
}

/** A process reports for several agents and is counted once. */
async function countDropped(read: Read, since: string): Promise<number> {
  const { items } = Agents.parse(await read('agents?origin=all&limit=200'));
  const details = await Promise.all(items.map(async ({ id }) => AgentDetail.parse(await read(`agents/${id}`))));
  const producers = new Map(
    details.flatMap(({ producers: all }) => all.filter((one) => one.last_seen_at >= since).map((one) => [one.id, one])),
  );
  return [...producers.values()]
    .flatMap(({ dropped }) => Object.values(dropped))
    .reduce((sum, count) => sum + count, 0);
}

async function getJson({ url, token }: Server, path: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`GET /api/v1/${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
