import { toProtobuf } from '../../apps/server/test/otlp/to-protobuf.ts';
import type { Random } from '../ingest/random.ts';

/** Spans of whole traces as a request of OTLP: an agent, and under it calls of a model and tools. */
export interface SpanBody {
  body: Buffer;
  spans: number;
}

const PER_TRACE = 10;

export interface Shape {
  traces: number;
  /** 1,700 make a span of 2 kB in JSON. */
  contentBytes: number;
  /** Or protobuf. */
  isJson: boolean;
}

export function makeBody(random: Random, { contentBytes, isJson, traces }: Shape): SpanBody {
  const spans = Array.from({ length: traces }, () => makeTrace(random, contentBytes)).flat();
  const resource = { attributes: [text('service.name', `bench-${random.below(8)}`)] };
  const request = { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'bench' }, spans }] }] };
  return { body: isJson ? Buffer.from(JSON.stringify(request)) : toProtobuf(request), spans: spans.length };
}

function makeTrace(random: Random, contentBytes: number) {
  const traceId = random.hex(32);
  const rootId = random.hex(16);
  const startMs = Date.now() - 60_000;
  return Array.from({ length: PER_TRACE }, (_, index) => ({
    ...{ traceId, spanId: index === 0 ? rootId : random.hex(16), kind: 1 },
    ...(index === 0 ? {} : { parentSpanId: rootId }),
    ...toWork(index, contentBytes),
    startTimeUnixNano: `${startMs + index * 100}000000`,
    endTimeUnixNano: `${startMs + index * 100 + random.below(90)}000000`,
    status: {},
  }));
}

function toWork(index: number, contentBytes: number) {
  if (index === 0) return work('invoke_agent', text('gen_ai.agent.name', 'bench'));
  if (index % 3 === 0)
    return work(
      'execute_tool',
      text('gen_ai.tool.name', 'search'),
      ...content('gen_ai.tool.call.result', contentBytes),
    );
  return work(
    'chat',
    ...[text('gen_ai.provider.name', 'openai'), text('gen_ai.request.model', 'gpt-4o')],
    ...[count('gen_ai.usage.input_tokens', 1_000 + index), count('gen_ai.usage.output_tokens', 100)],
    ...content('gen_ai.input.messages', contentBytes),
  );
}

const work = (operation: string, ...attributes: unknown[]) => ({
  name: operation,
  attributes: [text('gen_ai.operation.name', operation), ...attributes],
});

const content = (key: string, bytes: number) =>
  bytes === 0 ? [] : [text(key, JSON.stringify([{ role: 'user', content: 'a word or two '.repeat(bytes / 14) }]))];
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const count = (key: string, intValue: number) => ({ key, value: { intValue: String(intValue) } });
