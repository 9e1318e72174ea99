import { toAgent } from './reporting/agents.rules.ts';
import type { Part, SpanTuple, StoredNote } from './settling/part.ts';
import type { SpanBody } from './settling/pending-span.ts';

/** What a request has of one trace. */
export interface ArrivedPart extends Part {
  traceId: string;
  /** Of its earliest span: the day under which it is kept. */
  startedUs: number;
  /** Whether the root of the trace is in it. */
  rootEnded: boolean;
}

/** The parts of a request, by trace. */
export interface Parts {
  addSpan(traceId: string, span: SpanTuple): void;
  addNote(traceId: string, timeUs: number, note: StoredNote): void;
  list(): ArrivedPart[];
}

export function createParts(): Parts {
  const parts = new Map<string, ArrivedPart>();
  const partOf = (traceId: string, startedUs: number): ArrivedPart => {
    const known = parts.get(traceId);
    if (known) {
      known.startedUs = Math.min(known.startedUs, startedUs);
      return known;
    }
    const made: ArrivedPart = { traceId, startedUs, rootEnded: false, spans: [], notes: [] };
    parts.set(traceId, made);
    return made;
  };
  return {
    addSpan(traceId, span) {
      const part = partOf(traceId, span[2]);
      part.spans.push(span);
      part.rootEnded ||= span[1] === null;
    },
    addNote: (traceId, timeUs, note) => void partOf(traceId, timeUs).notes.push(note),
    list: () => [...parts.values()],
  };
}

/** The identity of the agent that a span alone decides on: an agent span, or the root of its trace. Undefined for others. */
export const findIdentity = (body: SpanBody | null, isRoot: boolean): string | undefined =>
  body && (isRoot || (body.role === 'run' && body.nested === undefined)) ? toAgent(body).identity : undefined;
