/** A process that spends: many calls at once of a model that bills what it answers. Told by its environment. */
import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { flush, init, LeaseDenied, llm, run, shutdown } from '@mission-control/sdk';

const { TASK = '', CALLS = '100', BILL = '', ANSWER = '900' } = process.env;
const PROMPT_TOKENS = 12;

const bill = openSync(BILL, 'a');
/** Written before anything can be told: what was billed is known even of a process that is killed. */
const write = (line: object): void => void writeSync(bill, `${JSON.stringify(line)}\n`);

let underWay = 0;
let isStopping = false;

async function callModel(): Promise<void> {
  const maxTokens = Number(ANSWER);
  await llm({ model: 'fake', input: 'Say something.', maxTokens }, async ({ maxTokens: most = 0 }) => {
    if (isStopping) return {};
    underWay++;
    await sleep(5 + Math.random() * 60);
    const completion_tokens = Math.ceil(most * (0.2 + 0.8 * Math.random()));
    write({ billed: PROMPT_TOKENS + completion_tokens });
    underWay--;
    return { usage: { prompt_tokens: PROMPT_TOKENS, completion_tokens } };
  });
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
// A process that the server has not met yet knows of no cap: what is told arrives when it has.
await run('hello', () => undefined);
while (!(await flush(10_000)));
process.stdout.write('ready\n');
await run({ task: TASK }, () =>
  Promise.all(
    Array.from({ length: Number(CALLS) }, () =>
      callModel().catch((error: unknown) => {
        write({ denied: error instanceof LeaseDenied ? error.explanation : String(error) });
      }),
    ),
  ),
);
await shutdown(10_000);
process.exit(0);
