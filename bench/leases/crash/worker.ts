/**
 * A process that spends: for each task that it is told, a line of JSON, many calls at once of a model that bills what it
 * answers. It says `ready` when it can be told, and `done` when a task is over and reported.
 */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { flush, init, LeaseDenied, llm, run, shutdown } from '@mission-control/sdk';
import type { Line, Order } from './spenders.ts';

const PROMPT_TOKENS = 12;
const MOST_TOKENS = 900;

let underWay = 0;
let isStopping = false;

async function callModel(write: (line: Line) => void): Promise<void> {
  await llm({ model: 'fake', input: 'Say something.', maxTokens: MOST_TOKENS }, async ({ maxTokens: most = 0 }) => {
    if (isStopping) return {};
    underWay++;
    await sleep(5 + Math.random() * 60);
    const completion_tokens = Math.ceil(most * (0.2 + 0.8 * Math.random()));
    write({ billed: PROMPT_TOKENS + completion_tokens });
    underWay--;
    return { usage: { prompt_tokens: PROMPT_TOKENS, completion_tokens } };
  });
}

const toDenial = (error: unknown): Line =>
  error instanceof LeaseDenied
    ? { denied: error.explanation, at: Date.now() }
    : { denied: String(error), at: Date.now() };

async function spend({ task, calls, bill }: Order): Promise<void> {
  /** Written before anything can be told: what was billed is known even of a process that is killed. */
  const write = (line: Line): void => appendFileSync(bill, `${JSON.stringify(line)}\n`);
  const call = () => callModel(write).catch((error: unknown) => write(toDenial(error)));
  await run({ task }, () => Promise.all(Array.from({ length: calls }, call)));
  await report();
  process.stdout.write('done\n');
}

async function report(): Promise<void> {
  while (!isStopping && !(await flush(10_000)));
}

/** As a service that is asked to end: what it has begun it finishes and tells. */
async function stop(): Promise<void> {
  isStopping = true;
  while (underWay > 0) await sleep(5);
  await sleep(5);
  await shutdown(10_000);
  process.exit(0);
}

process.on('SIGTERM', () => void stop());
await init({ agent: 'spender', manifest: { tools: [] }, spoolDir: 'off', signals: false });
// What is told of tasks shall find a server that knows the process.
await run('hello', () => undefined);
await report();
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) void spend(JSON.parse(line) as Order);
