import { readFileSync } from 'node:fs';

/** A span as OTLP's JSON has it, as far as it is changed here. */
interface RecordedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: unknown;
}

/** An ExportTraceServiceRequest. */
export interface Recorded {
  resourceSpans: { resource?: object; scopeSpans: { scope?: object; spans: RecordedSpan[] }[] }[];
}

/** What instrumentations of a dialect sent: `fixtures/otlp/<name>.json`. */
export const readRecorded = (name: string): Recorded =>
  JSON.parse(readFileSync(new URL(`../../../../fixtures/otlp/${name}.json`, import.meta.url), 'utf8'));

export const countSpans = (recorded: Recorded): number => listSpans(recorded).length;

const listSpans = ({ resourceSpans }: Recorded): RecordedSpan[] =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

/** What is wrong with a span that nobody can read. */
const BREAKAGES: ((span: RecordedSpan) => object)[] = [
  (span) => ({ ...span, spanId: 'zz' }),
  (span) => ({ ...span, traceId: '0'.repeat(32) }),
  (span) => ({ ...span, startTimeUnixNano: '' }),
];

export interface Copies {
  /** How often everything that was recorded is repeated, with ids of its own. */
  times: number;
  /** How many broken spans are put between the others. */
  broken: number;
  /** When the last span ends, milliseconds since 1970. */
  endMs: number;
}

/** Repeats what was recorded as traces of their own that end now. `hex` gives random digits. */
export function multiply(
  recorded: Recorded,
  { broken, endMs, times }: Copies,
  hex: (digits: number) => string,
): Recorded {
  const lastUs = Math.max(...listSpans(recorded).map((span) => Number(span.endTimeUnixNano.slice(0, -3))));
  const shift = BigInt(endMs * 1_000 - lastUs) * 1_000n;
  const copies = Array.from({ length: times }, () => createCopy(shift, hex));
  let left = broken;
  return {
    resourceSpans: recorded.resourceSpans.map((resource) => ({
      ...resource,
      scopeSpans: resource.scopeSpans.map((scope) => ({
        ...scope,
        spans: copies.flatMap((copy) => [
          ...scope.spans.map(copy),
          ...(left > 0 && scope.spans[0] ? [breakSpan(copy(scope.spans[0]), left--)] : []),
        ]),
      })),
    })),
  };
}

const breakSpan = (span: RecordedSpan, number: number) =>
  (BREAKAGES[number % BREAKAGES.length] as (typeof BREAKAGES)[number])(span) as RecordedSpan;

function createCopy(shift: bigint, hex: (digits: number) => string): (span: RecordedSpan) => RecordedSpan {
  const ids = new Map<string, string>();
  const renew = (id: string) => {
    const made = ids.get(id) ?? hex(id.length);
    ids.set(id, made);
    return made;
  };
  const move = (nanos: string) => String(BigInt(nanos) + shift);
  return (span) => ({
    ...span,
    traceId: renew(span.traceId),
    spanId: renew(span.spanId),
    ...(span.parentSpanId ? { parentSpanId: renew(span.parentSpanId) } : {}),
    startTimeUnixNano: move(span.startTimeUnixNano),
    endTimeUnixNano: move(span.endTimeUnixNano),
  });
}
