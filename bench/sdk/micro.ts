/** What one recorded model call with an 8.5 kB prompt adds to its caller, nothing else taking time. Prints one JSON line. */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { flush, init, llm, run } from '@mission-control/sdk';
import { quantile } from '../report.ts';
import { createTexts } from './texts.ts';

export interface MicroResult {
  medianUs: number;
  p99Us: number;
}

const RUNS = 150;
const STEPS = 20;
const WARM_RUNS = 50;
const PROMPT_BYTES = 8_500;

const texts = createTexts(3);
const answer = { choices: [{ finish_reason: 'stop' }], usage: { prompt_tokens: 2_100, completion_tokens: 480 } };
const durations: number[] = [];

await init({ agent: 'bench-micro', manifest: { tools: [] } });
for (let i = 0; i < RUNS; i++) {
  await run('micro', async () => {
    for (let n = 0; n < STEPS; n++) {
      const input = [{ role: 'user', content: texts.next(PROMPT_BYTES) }];
      const startedAt = performance.now();
      await llm({ model: 'gpt-5', provider: 'openai', input }, () => answer);
      if (i >= WARM_RUNS) durations.push((performance.now() - startedAt) * 1_000);
    }
  });
  // What happens in the background goes on between runs, as it does while a real model answers.
  await yieldToLoop();
  if (i % 10 === 0) await flush();
}
await flush();
const result: MicroResult = { medianUs: quantile(durations, 0.5), p99Us: quantile(durations, 0.99) };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
