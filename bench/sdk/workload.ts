/**
 * The reference load as a user of the SDK writes it, in one process: parallel tasks of five steps, each one model call
 * and three tools. Options as JSON in argv; prints one JSON line of measurements.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { entrypoint, flush, init, llm, step, tool } from '@mission-control/sdk';
import { connectServices } from './services.ts';
import { createTexts } from './texts.ts';

export interface WorkloadOptions {
  mode: 'off' | 'sampled' | 'full';
  seed: number;
  servicesPort: number;
  tasks: number;
  /** The tasks begin one after the other within this time, as users do, not in one instant. */
  spreadMs: number;
}

export interface WorkloadResult {
  taskMs: number[];
  cpuMs: number;
  peakRssMb: number;
  loopDelayP99Ms: number;
  flushed: boolean;
}

const STEPS = 5;
const TOOLS = ['search', 'read_page', 'summarize'];
const PROMPT_BYTES = 8_500;
const RSS_EVERY_MS = 100;

const options = JSON.parse(process.argv[2] ?? '{}') as WorkloadOptions;
const { askModel, callTool } = connectServices(options.servicesPort);
const texts = createTexts(options.seed);

await init({ agent: 'bench-agent', ...(options.mode === 'sampled' && { sample: 0.25 }), manifest: { tools: TOOLS } });
const tools = TOOLS.map((name) => tool((args: { query: string }) => callTool(args.query), { name, effect: 'read' }));

const task = entrypoint('bench-agent', async (input: { topic: string }) => {
  for (let i = 0; i < STEPS; i++) {
    await step(`step ${i}`, async () => {
      const messages = [{ role: 'user', content: `${input.topic}: ${texts.next(PROMPT_BYTES)}` }];
      const answer = await llm({ model: 'gpt-5', provider: 'openai', input: messages }, () => askModel(messages));
      const query = answer.choices[0]?.message.content.slice(0, 80) ?? '';
      for (const call of tools) await call({ query });
    });
  }
  return { topic: input.topic, done: STEPS };
});

async function runTask(i: number): Promise<number> {
  await sleep((options.spreadMs / options.tasks) * i);
  const startedAt = performance.now();
  await task({ topic: `topic ${i}` });
  return performance.now() - startedAt;
}

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let peakRss = 0;
const watch = setInterval(() => {
  peakRss = Math.max(peakRss, process.memoryUsage.rss());
}, RSS_EVERY_MS);
const cpuBefore = process.cpuUsage();

const taskMs = await Promise.all(Array.from({ length: options.tasks }, (_, i) => runTask(i)));
const flushed = await flush(10_000);

const cpu = process.cpuUsage(cpuBefore);
clearInterval(watch);
const result: WorkloadResult = {
  taskMs,
  cpuMs: (cpu.user + cpu.system) / 1_000,
  peakRssMb: peakRss / 2 ** 20,
  loopDelayP99Ms: delay.percentile(99) / 1e6,
  flushed,
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
