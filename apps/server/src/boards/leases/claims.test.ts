import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type MadeAgent, makeGatewayAgent } from '../../../test/make.ts';
import { makeTaskBoard, type TaskBoard } from '../../../test/task-board.ts';
import { expireLeases } from './leases.service.ts';

/** `npm run test:claims` runs a thousand. */
const ROUNDS = Number(process.env.MC_CLAIM_ROUNDS ?? 10);
const WORKERS = 6;
const TASKS = 4;
const LEASE_S = 30;
/** Leases of a round that may be over before a task counts as stuck. */
const TURNS = 8;

let app: TestApp;
let board: TaskBoard;
let workers: MadeAgent[];
let clock = Date.parse('2026-03-01T00:00:00Z');
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(clock), env: { RATE_LIMIT_AGENT: '1000000' } });
  board = await makeTaskBoard(app);
  const { orgId, gatewayId, boardId } = board;
  workers = [];
  for (let i = 0; i < WORKERS; i++)
    workers.push(await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId, name: `Claimer ${i}` }));
});
afterAll(() => app.close());

interface Claim {
  taskId: string;
  fence: number;
  worker: MadeAgent;
}

async function claim(worker: MadeAgent): Promise<Claim | undefined> {
  const { status, body } = await board.call('POST', `/agent/boards/${board.boardId}/tasks/claim`, {
    body: { lease_s: LEASE_S },
    as: { ...worker.headers },
  });
  if (status === 204) return undefined;
  expect(status).toBe(200);
  return { taskId: body.task.id, fence: body.lease.fence, worker };
}

/** Finishes a task under its fence; false when the lease was lost. */
async function finish({ taskId, fence, worker }: Claim): Promise<boolean> {
  const { status, code } = await board.call('PATCH', `/agent/boards/${board.boardId}/tasks/${taskId}`, {
    body: { status: 'done' },
    as: { ...worker.headers, 'x-task-fence': `${fence}` },
  });
  if (status === 200) return true;
  expect(code).toBe('task.lease_lost');
  return false;
}

/** A line per figure, as the scripts of bench/ print them. */
function print(figures: Record<string, number>): void {
  for (const [metric, value] of Object.entries(figures))
    process.stdout.write(
      `${JSON.stringify({ name: 'tasks.claims', metric, value, unit: '1', floor: 0, target: 0, pass: value === 0, n: ROUNDS })}\n`,
    );
}

it(`claims and crashes, ${ROUNDS} rounds: no task is stuck, none is worked on twice`, async () => {
  let stuck = 0;
  let twice = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const ids = new Set<string>();
    for (let i = 0; i < TASKS; i++) ids.add((await board.create()).id);
    const finished: string[] = [];
    const crashed: Claim[] = [];
    // Every claimer takes what it gets; every second claim dies with its agent, until the clock has moved on.
    for (let turn = 0; turn < TURNS && finished.length < TASKS; turn++) {
      const claims = (await Promise.all(workers.map(claim))).filter((one) => one !== undefined);
      twice += claims.length - new Set(claims.map(({ taskId }) => taskId)).size;
      const dies = (index: number) => turn < 2 && (index + round) % 2 === 0;
      crashed.push(...claims.filter((_, index) => dies(index)));
      const alive = claims.filter((_, index) => !dies(index));
      for (const [index, isDone] of (await Promise.all(alive.map(finish))).entries())
        if (isDone) finished.push(alive[index]?.taskId ?? '');
      clock += LEASE_S * 1000;
      // The dead come back too late while their tasks are taken back.
      const [, ...late] = await Promise.all([expireLeases(app.platform), ...crashed.map(finish)]);
      twice += late.filter(Boolean).length;
    }
    twice += finished.length - new Set(finished).size;
    stuck += [...ids].filter((id) => !finished.includes(id)).length;
  }
  if (process.env.MC_CLAIM_ROUNDS) print({ stuck, twice });
  expect({ stuck, twice }).toEqual({ stuck: 0, twice: 0 });
}, 3_600_000);
