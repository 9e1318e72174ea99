/** How soon a change reaches those who listen, and whether each gets it once. Floor of issue 3: 250 ms p99 with 200 subscribers. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../ingest/random.ts';
import { createServerProcess, type ServerProcess } from '../ingest/server-process.ts';
import { quantile, report } from '../report.ts';
import { type SeededBoard, type SeededOrganization, seedOrganization } from './organization.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';

const QUICK = process.argv.includes('--quick');
const SECONDS = QUICK ? 10 : 60;
const WARM_UP_S = 3;
const SUBSCRIBERS = 200;
const SESSIONS = 50;
const BOARDS = 10;
const CHANGES_PER_S = 20;
const RECONNECTS_PER_S = 4;
const SETTLE_MS = 5_000;
const SEED = 42;

/** One who listens, and the boards whose changes are for it. */
interface Audience {
  subscriber: Subscriber;
  boards: SeededBoard[];
}

/** A quarter of the members listens to every board by one stream, the rest to one board each. */
async function openStreams(url: string, { boards, tokens }: SeededOrganization): Promise<Audience[]> {
  const audiences = tokens.map((token, i): Audience => {
    const board = boards[i % boards.length] as SeededBoard; // i modulo the length is within it
    return i < SESSIONS
      ? { subscriber: createSubscriber(`${url}/api/v1/stream?topics=comments`, token), boards }
      : { subscriber: createSubscriber(`${url}/api/v1/boards/${board.id}/tasks/stream`, token), boards: [board] };
  });
  await Promise.all(audiences.map(({ subscriber }) => subscriber.connect()));
  return audiences;
}

/** Makes changes at a steady rate; returns the board of each. */
async function makeChanges(server: ServerProcess, boards: SeededBoard[], forS: number, first: number) {
  const made = new Map<string, SeededBoard>();
  const pending: Promise<unknown>[] = [];
  const beganAt = performance.now();
  for (let i = 0; i < forS * CHANGES_PER_S; i++) {
    await sleep(Math.max(0, beganAt + (i * 1_000) / CHANGES_PER_S - performance.now()));
    const board = boards[i % boards.length] as SeededBoard; // as above
    const message = `change ${first + i}`;
    made.set(message, board);
    pending.push(comment(server, board, message));
  }
  await Promise.all(pending);
  return made;
}

async function comment(server: ServerProcess, { id, taskId }: SeededBoard, message: string): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/boards/${id}/tasks/${taskId}/comments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  });
  if (!answer.ok) throw new Error(`A comment was refused: ${answer.status} ${await answer.text()}`);
}

/** Cuts off some subscriber ever so often, until it is told to stop; resolves to how often. */
function startReconnecting(audiences: Audience[]): { stop(): Promise<number> } {
  const random = createRandom(SEED);
  let isOn = true;
  const run = async () => {
    let count = 0;
    for (; isOn; count++) {
      await audiences[random.below(audiences.length)]?.subscriber.reconnect();
      await sleep(1_000 / RECONNECTS_PER_S);
    }
    return count;
  };
  const running = run();
  return {
    stop() {
      isOn = false;
      return running;
    },
  };
}

/** How many messages each lacks, and how many came more than once. */
function count(audiences: Audience[], made: Map<string, SeededBoard>) {
  let [lost, doubled, delivered] = [0, 0, 0];
  for (const { subscriber, boards } of audiences)
    for (const [message, board] of made) {
      if (!boards.includes(board)) continue;
      const times = subscriber.received.get(message) ?? 0;
      if (times === 0) lost++;
      else delivered++;
      doubled += Math.max(0, times - 1);
    }
  return { lost, doubled, delivered };
}

const readRssMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

// The owner makes every change; what is measured is not the limit of calls.
process.env.RATE_LIMIT_USER = '1000000';
const server = await createServerProcess();
let audiences: Audience[] = [];
try {
  await server.start();
  await fetch(`${server.url}/api/v1/auth/bootstrap`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
  });
  const organization = await seedOrganization(server.databaseUrl(), { boards: BOARDS, members: SUBSCRIBERS });
  const before = readRssMb(server.nodePid());
  audiences = await openStreams(server.url, organization);
  await makeChanges(server, organization.boards, WARM_UP_S, 1_000_000);
  await sleep(500);
  for (const { subscriber } of audiences) subscriber.latencies.length = 0;

  const reconnecting = startReconnecting(audiences);
  const made = await makeChanges(server, organization.boards, SECONDS, 0);
  const reconnects = await reconnecting.stop();
  const until = performance.now() + SETTLE_MS;
  while (count(audiences, made).lost > 0 && performance.now() < until) await sleep(100);

  const latencies = audiences.flatMap(({ subscriber }) => subscriber.latencies);
  const { lost, doubled, delivered } = count(audiences, made);
  const notes = `${SUBSCRIBERS} members (${SESSIONS} on /stream, the others on one of ${BOARDS} boards), ${CHANGES_PER_S} comments/s through the API for ${SECONDS} s, ${reconnects} forced reconnects by id; from the instant in the row, before its commit, to the client; server and clients share the cores`;
  const figure = { isCost: true, n: delivered, seed: SEED, notes };
  report({
    ...{ name: 'sse.change_to_subscriber', metric: 'p99_ms', unit: 'ms', floor: 250, target: 150, ...figure },
    ...{ value: quantile(latencies, 0.99), n: latencies.length, p50: quantile(latencies, 0.5) },
    worst: quantile(latencies, 1),
  });
  report({ name: 'sse.delivery', metric: 'lost', unit: '', value: lost, floor: 0, target: 0, ...figure });
  report({ name: 'sse.delivery', metric: 'doubled', unit: '', value: doubled, floor: 0, target: 0, ...figure });
  report({
    ...{ name: 'sse.memory', metric: 'rss_mb', unit: 'MB', floor: 512, target: 256, ...figure },
    ...{ value: readRssMb(server.nodePid()), before_streams_mb: before, n: 1 },
  });
} finally {
  for (const { subscriber } of audiences) subscriber.close();
  await server.stop();
}
