/** How soon a change reaches those who listen, and whether each gets it once. Issue 3: 200 subscribers, 250 ms p99; P12: 500 clients at 4/s. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../ingest/random.ts';
import { createServerProcess, type ServerProcess } from '../ingest/server-process.ts';
import { quantile, report } from '../report.ts';
import { type SeededBoard, type SeededOrganization, seedOrganization } from './organization.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';

const QUICK = process.argv.includes('--quick');
const WARM_UP_S = 3;
const BOARDS = 10;
const SETTLE_MS = 5_000;
const SEED = 42;

/** Who listens, and how much is said. */
interface Load {
  /** On every board by one stream. */
  sessions: number;
  /** On one board each. */
  boardStreams: number;
  changesPerS: number;
  /** How often somebody is cut off and comes back by id. */
  reconnectsPerS: number;
  seconds: number;
}

const TEAM: Load = { sessions: 50, boardStreams: 150, changesPerS: 20, reconnectsPerS: 4, seconds: QUICK ? 10 : 60 };
const FAN_OUT: Load = { sessions: 500, boardStreams: 0, changesPerS: 4, reconnectsPerS: 0, seconds: QUICK ? 10 : 30 };

/** One who listens, and the boards whose changes are for it. */
interface Audience {
  subscriber: Subscriber;
  boards: SeededBoard[];
}

async function openStreams(url: string, { boards, tokens }: SeededOrganization, load: Load): Promise<Audience[]> {
  const audiences = tokens.slice(0, load.sessions + load.boardStreams).map((token, i): Audience => {
    const board = boards[i % boards.length] as SeededBoard; // i modulo the length is within it
    return i < load.sessions
      ? { subscriber: createSubscriber(`${url}/api/v1/stream?topics=comments`, token), boards }
      : { subscriber: createSubscriber(`${url}/api/v1/boards/${board.id}/tasks/stream`, token), boards: [board] };
  });
  await Promise.all(audiences.map(({ subscriber }) => subscriber.connect()));
  return audiences;
}

/** How many changes were made so far: each has a text of its own. */
let changes = 0;

/** Makes changes at a steady rate; returns the board of each. */
async function makeChanges(server: ServerProcess, boards: SeededBoard[], perS: number, forS: number) {
  const made = new Map<string, SeededBoard>();
  const pending: Promise<unknown>[] = [];
  const beganAt = performance.now();
  for (let i = 0; i < forS * perS; i++) {
    await sleep(Math.max(0, beganAt + (i * 1_000) / perS - performance.now()));
    const board = boards[i % boards.length] as SeededBoard; // as above
    const message = `change ${changes++}`;
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
function startReconnecting(audiences: Audience[], perS: number): { stop(): Promise<number> } {
  const random = createRandom(SEED);
  let isOn = perS > 0;
  const run = async () => {
    let count = 0;
    for (; isOn; count++) {
      await audiences[random.below(audiences.length)]?.subscriber.reconnect();
      await sleep(1_000 / perS);
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

interface Result {
  latencies: number[];
  lost: number;
  doubled: number;
  delivered: number;
  rssMb: number;
  notes: string;
}

async function measure(server: ServerProcess, organization: SeededOrganization, load: Load): Promise<Result> {
  const audiences = await openStreams(server.url, organization, load);
  try {
    await makeChanges(server, organization.boards, load.changesPerS, WARM_UP_S);
    await sleep(500);
    for (const { subscriber } of audiences) subscriber.latencies.length = 0;
    const reconnecting = startReconnecting(audiences, load.reconnectsPerS);
    const made = await makeChanges(server, organization.boards, load.changesPerS, load.seconds);
    const reconnects = await reconnecting.stop();
    const until = performance.now() + SETTLE_MS;
    while (count(audiences, made).lost > 0 && performance.now() < until) await sleep(100);
    return {
      ...count(audiences, made),
      latencies: audiences.flatMap(({ subscriber }) => subscriber.latencies),
      rssMb: readRssMb(server.nodePid()),
      notes: `${load.sessions} members on /stream, ${load.boardStreams} on one of ${BOARDS} boards; ${load.changesPerS} comments/s through the API for ${load.seconds} s; ${reconnects} forced reconnects by id; from the instant in the row, before its commit, to the client; server and clients share the cores`,
    };
  } finally {
    for (const { subscriber } of audiences) subscriber.close();
  }
}

const toFigure = ({ delivered, notes }: Result) => ({ isCost: true, n: delivered, seed: SEED, notes });
const toLatency = ({ latencies }: Result) => ({
  ...{ metric: 'p99_ms', unit: 'ms', value: quantile(latencies, 0.99) },
  ...{ p50: quantile(latencies, 0.5), worst: quantile(latencies, 1) },
});

// The owner makes every change; what is measured is not the limit of calls.
process.env.RATE_LIMIT_USER = '1000000';
const server = await createServerProcess();
try {
  await server.start();
  const headers = { authorization: `Bearer ${server.token}` };
  await fetch(`${server.url}/api/v1/auth/bootstrap`, { method: 'POST', headers });
  const members = Math.max(...[TEAM, FAN_OUT].map(({ sessions, boardStreams }) => sessions + boardStreams));
  const organization = await seedOrganization(server.databaseUrl(), { boards: BOARDS, members });
  const idleRssMb = readRssMb(server.nodePid());
  const team = await measure(server, organization, TEAM);
  const fanOut = await measure(server, organization, FAN_OUT);
  const none = { unit: '', floor: 0, target: 0 };
  report({ name: 'sse.change_to_subscriber', floor: 250, target: 100, ...toFigure(team), ...toLatency(team) });
  report({ name: 'sse.fan_out', floor: 500, target: 100, ...toFigure(fanOut), ...toLatency(fanOut) });
  for (const result of [team, fanOut]) {
    report({ name: 'sse.delivery', metric: 'lost', ...none, ...toFigure(result), value: result.lost });
    report({ name: 'sse.delivery', metric: 'doubled', ...none, ...toFigure(result), value: result.doubled });
  }
  const memory = { metric: 'rss_mb', unit: 'MB', floor: 512, target: 256, value: fanOut.rssMb, idle_mb: idleRssMb };
  report({ name: 'sse.memory', ...toFigure(fanOut), ...memory, n: 1 });
} finally {
  await server.stop();
}
