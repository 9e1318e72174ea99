import { newId } from '../../apps/server/src/platform/ids.ts';
import type { Producer } from './fleet.ts';
import { createRandom, type Random } from './random.ts';

const OPEN_RUNS = 5;
/** Where `sent_at` stands in the header, so that it can be set when the batch leaves. */
const SENT_AT = '2026-01-01T00:00:00.000Z';

/** A batch ready to be sent, and what must be found of it afterwards. */
export interface Batch {
  number: number;
  body: Buffer;
  /** Offset of `sent_at` in the body. */
  sentAt: number;
  events: number;
  /** What its steps add up to. */
  steps: BatchSteps;
}

/** Steps by run, and their total duration, by which a lost or doubled row shows. */
export interface BatchSteps {
  count: number;
  durUs: number;
  runs: Map<string, number>;
}

/** The endless traffic of one process: runs of ten events (start, three model calls, five tool calls, end), five at a time. */
export function createTraffic({ id: producer, agent }: Producer, seed: number) {
  const random = createRandom(seed);
  const open = Array.from({ length: OPEN_RUNS }, beginRun);
  let number = 0;
  return {
    nextBatch(events: number): Batch {
      const steps: BatchSteps = { count: 0, durUs: 0, runs: new Map() };
      const lines: string[] = [];
      for (let i = 0; i < events; i++) {
        const slot = i % OPEN_RUNS;
        const run = open[slot] as OpenRun;
        lines.push(nextEvent(random, run, agent, steps));
        if (run.seq === KINDS.length) open[slot] = beginRun();
      }
      const head = { v: 1, producer, batch: ++number, sdk: 'bench/1', sent_at: SENT_AT, bundles: { [agent]: 1 } };
      const body = Buffer.from(`${JSON.stringify(head)}\n${lines.join('\n')}\n`);
      return { number, body, sentAt: body.indexOf(SENT_AT), events, steps };
    },
  };
}

interface OpenRun {
  id: string;
  seq: number;
}

const beginRun = (): OpenRun => ({ id: newId(), seq: 0 });

const KINDS = ['start', 'llm', 'tool', 'tool', 'llm', 'tool', 'tool', 'tool', 'llm', 'end'];

function nextEvent(random: Random, run: OpenRun, agent: string, steps: BatchSteps): string {
  const seq = run.seq++;
  const ts = new Date().toISOString();
  const common = { run: run.id, seq, ts };
  const kind = KINDS[seq];
  if (kind === 'start')
    return JSON.stringify({
      t: 'run.start',
      ...common,
      agent,
      name: 'summarize a document',
      input: { v: prose(random, 300) },
      sampled: true,
    });
  if (kind === 'end')
    return JSON.stringify({ t: 'run.end', ...common, status: 'ok', out: { v: prose(random, 300) }, steps: 8 });
  const durUs = 1_000 + random.below(900_000);
  steps.count++;
  steps.durUs += durUs;
  steps.runs.set(run.id, (steps.runs.get(run.id) ?? 0) + 1);
  return JSON.stringify({
    t: 'step.end',
    ...common,
    ...(kind === 'llm' ? toCall(random, seq) : toToolCall(random, seq)),
    started_at: ts,
    dur_us: durUs,
  });
}

const toCall = (random: Random, n: number) => ({
  key: `llm:plan#${n}`,
  kind: 'llm',
  name: 'plan',
  model: 'gpt-5-mini',
  provider: 'openai',
  status: 'ok',
  tokens: { input: 800 + random.below(4_000), cache_read: 512, output: 50 + random.below(400), reasoning: 32 },
  ttft_us: 1_000 + random.below(90_000),
  finish: 'tool_calls',
  in: { v: { messages: [{ role: 'user', content: prose(random, 110) }] } },
  out: { v: { role: 'assistant', content: prose(random, 110) } },
});

const TOOLS = ['docs/read', 'docs/search', 'web/fetch'];

const toToolCall = (random: Random, n: number) => {
  const name = TOOLS[random.below(TOOLS.length)] as string;
  const failed = random.below(20) === 0;
  return {
    key: `tool:${name}#${n}`,
    parent_key: `llm:plan#${n - 1}`,
    kind: 'tool',
    name,
    status: failed ? 'error' : 'ok',
    side_effect: 'read',
    args_hash: random.hex(64),
    in: { v: { path: `docs/${random.hex(8)}.md`, query: prose(random, 100) } },
    ...(failed
      ? { error: { type: 'RateLimited', message: 'the provider asked to slow down' } }
      : { out: { v: { text: prose(random, 130), lines: random.below(400) } } }),
  };
};

const WORDS =
  'the agent reads a page and writes what it found about the shape of the data in plain words for people'.split(' ');

function prose(random: Random, length: number): string {
  let text = '';
  while (text.length < length) text += `${WORDS[random.below(WORDS.length)]} `;
  return text.slice(0, length);
}
