import { setTimeout as sleep } from 'node:timers/promises';
import { report } from '../../report.ts';
import { HttpConnection } from '../connection.ts';
import { enrol, type Producer } from '../fleet.ts';
import { stamp, toHead } from '../load.ts';
import { createRandom, type Random } from '../random.ts';
import type { ServerProcess } from '../server-process.ts';
import { type Batch, createTraffic } from '../traffic.ts';
import { createManifest, type Manifest, verify } from './verify.ts';

const PRODUCERS = 16;
const EVENTS_PER_BATCH = 50;
/** Every round kills once between these. */
const KILL_AFTER_MS = { min: 300, max: 1_500 };
const ROUND_MS = 1_800;
/** One batch in ten is sent again after it was acknowledged. */
const REPEAT_ONE_IN = 10;
const RETRY_MS = 100;
const GIVE_UP_MS = 60_000;

type Traffic = ReturnType<typeof createTraffic>;

/**
 * Kills PostgreSQL and the server in turn, with SIGKILL under load. Every batch is sent until it is acknowledged, as the
 * SDK does; then the database must hold each once.
 */
export async function runCrashes(server: ServerProcess, rounds: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const producers = await enrol(server, PRODUCERS);
  const traffics = producers.map((producer, index) => createTraffic(producer, seed + index));
  const manifest = createManifest();
  for (let round = 0; round < rounds; round++) {
    const deadline = performance.now() + ROUND_MS;
    const load = producers.map((producer, index) =>
      drive(server, producer, traffics[index] as Traffic, {
        deadline,
        manifest,
        random: createRandom(seed + round * 100 + index),
      }),
    );
    await kill(server, round % 2 === 0 ? 'postgres' : 'node', random);
    await Promise.all(load);
    process.stderr.write(`round ${round + 1}: ${manifest.batches} batches acknowledged\n`);
  }
  const { lost, doubled, wrongSums, steps } = await verify(server.databaseUrl(), manifest);
  const common = { name: 'ingest.crash', unit: '1', isCost: true, floor: 0, target: 0, n: rounds, seed };
  const notes = `${rounds} SIGKILLs, ${manifest.batches} batches, ${steps} steps, ${manifest.repeated} batches sent again`;
  report({ ...common, metric: 'lost_steps', value: lost, notes });
  report({ ...common, metric: 'doubled_steps', value: doubled });
  report({
    ...common,
    metric: 'wrong_sums',
    value: wrongSums,
    notes: 'runs and rollups against a recomputation from steps',
  });
}

async function kill(server: ServerProcess, victim: 'postgres' | 'node', random: Random): Promise<void> {
  await sleep(KILL_AFTER_MS.min + random.below(KILL_AFTER_MS.max - KILL_AFTER_MS.min));
  process.kill(victim === 'node' ? server.nodePid() : server.postgresPid(), 'SIGKILL');
  if (victim === 'node') await server.start();
}

interface Drive {
  deadline: number;
  manifest: Manifest;
  random: Random;
}

/** Sends one process's batches until the round ends, each until it is acknowledged. */
async function drive(
  server: ServerProcess,
  producer: Producer,
  traffic: Traffic,
  { deadline, manifest, random }: Drive,
) {
  const post = createPoster(server, producer);
  while (performance.now() < deadline) {
    const batch = traffic.nextBatch(EVENTS_PER_BATCH);
    const { rejected_total: rejected } = await post(batch);
    if (rejected > 0) throw new Error(`${rejected} lines of a sound batch were rejected`);
    manifest.add(batch);
    if (random.below(REPEAT_ONE_IN) !== 0) continue;
    manifest.repeated++;
    if (!(await post(batch)).duplicate) throw new Error('a repeated batch was not seen as a duplicate');
  }
  post.close();
}

interface Answer {
  duplicate: boolean;
  rejected_total: number;
}

/** Posts a batch again and again until it is acknowledged, over a connection that it opens anew when it breaks. */
function createPoster(server: ServerProcess, producer: Producer) {
  const head = toHead(producer, false);
  let connection: HttpConnection | undefined;
  const attempt = async (batch: Batch): Promise<Answer | undefined> => {
    try {
      connection ??= await HttpConnection.open(server.url);
      stamp(batch);
      const { status, readBody } = await connection.send(head, batch.body);
      if (status === 200) return JSON.parse(readBody());
      if (status < 429) throw new Error(`a sound batch was answered ${status}: ${readBody()}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).message.startsWith('a sound batch')) throw error;
      connection = undefined; // the server went away: that is what this is about
    }
    return undefined;
  };
  const post = async (batch: Batch): Promise<Answer> => {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    while (performance.now() < giveUpAt) {
      const answer = await attempt(batch);
      if (answer) return answer;
      await sleep(RETRY_MS);
    }
    throw new Error('the server did not come back');
  };
  return Object.assign(post, { close: () => connection?.close() });
}
