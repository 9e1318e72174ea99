import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { openConnection } from '#server/platform/postgres/connection.ts';
import { readRecording } from '../recording/read-recording.ts';
import { countRecorded } from '../recording/trees.store.ts';
import { readBreakers, readBudgets } from '../recording/windows.ts';
import { findReads } from '../simulation/arguments.rules.ts';
import type { BacktestRow } from '../simulation/report.rules.ts';
import { createSimulation } from '../simulation/simulate.rules.ts';
import type { BacktestMessage, BacktestTask } from './task.ts';

const port = parentPort;
if (!port) throw new Error('This runs in a worker thread only.');

const say = (message: BacktestMessage): void => port.postMessage(message);

const { databaseUrl, orgId, ir, agentIds, fromMs, toMs, maxRows } = workerData as BacktestTask; // the only one who starts it sends one
const recording = { orgId, fromMs, toMs };
const covered = new Set(agentIds);
const isInScope = (agentId: string | null): boolean => agentId !== null && covered.has(agentId);

const { client, close } = await openConnection(databaseUrl, (error) => {
  throw error;
});
const asked = { recording, ir, agentIds };
const findBudget = await readBudgets(client, asked);
const findOpenBreakers = await readBreakers(client, asked);
const { calls: total } = await countRecorded(client, recording);

let rows: BacktestRow[] = [];
let left = maxRows ?? Number.POSITIVE_INFINITY;
const simulation = createSimulation({
  ...{ ir, isInScope, findBudget },
  ...(findOpenBreakers ? { findOpenBreakers } : {}),
  wantsRows: () => left > 0,
  onRow(row) {
    left--;
    rows.push(row);
  },
});

let done = 0;
await readRecording(client, {
  ...{ recording, simulation, isInScope, policyName: ir.policy.name },
  needsArgs: ir.rules.map(findReads).some(({ args, firstArgs }) => args || firstArgs),
  async onProgress(calls) {
    done += calls;
    const goOn = once(port, 'message');
    say({ kind: 'progress', done, total, rows });
    rows = [];
    await goOn;
  },
});
await close();
say({ kind: 'report', report: simulation.finish() });
port.close();
