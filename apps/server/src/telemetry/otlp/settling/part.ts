import type { Note } from '../signals/note.ts';
import type { Content, PendingSpan, SpanBody } from './pending-span.ts';

/** What waits of a span, in the order in which it is written: an array is half of an object with names. */
export type SpanTuple = [
  spanId: string,
  parentSpanId: string | null,
  startedUs: number,
  endedUs: number,
  body: SpanBody | null,
];

/** What log records said of a span: redacted. */
export interface StoredNote {
  spanId: string;
  input: Content | null;
  output: Content | null;
  error: Note['error'];
}

/** What one request has of one trace. */
export interface Part {
  spans: SpanTuple[];
  notes: StoredNote[];
}

/** A part as it is kept, with who sent it and the claim that takes it. */
export interface StoredPart {
  producer_id: string;
  settle: number;
  part: string;
}

/** A trace of more spans is written as far as this goes. */
const MAX_SPANS = 50_000;

/** The spans of a trace, each once: the first that came stands. `parts` come in the order of their claims. */
export function readParts(parts: readonly StoredPart[]): PendingSpan[] {
  const spans = new Map<string, PendingSpan>();
  const notes = new Map<string, StoredNote>();
  for (const { part, producer_id, settle } of parts) {
    const { spans: tuples, notes: more } = JSON.parse(part) as Part; // written by us
    for (const note of more) notes.set(JSON.stringify(note), note); // the same again says nothing new
    for (const [span_id, parent_span_id, started_us, ended_us, body] of tuples)
      if (spans.size < MAX_SPANS && !spans.has(span_id))
        spans.set(span_id, { span_id, parent_span_id, started_us, ended_us, body, producer_id, settle });
  }
  for (const note of joinNotes(notes.values())) addNote(spans.get(note.spanId)?.body, note);
  return [...spans.values()];
}

/** One note per span: messages of several requests stand one after the other. */
function joinNotes(notes: Iterable<StoredNote>): Iterable<StoredNote> {
  const joined = new Map<string, StoredNote>();
  for (const note of notes) {
    const known = joined.get(note.spanId);
    joined.set(
      note.spanId,
      known
        ? {
            ...known,
            input: join(known.input, note.input),
            output: join(known.output, note.output),
            error: known.error ?? note.error,
          }
        : note,
    );
  }
  return joined.values();
}

function join(known: Content | null, more: Content | null): Content | null {
  if (!(known && more)) return known ?? more;
  if (!('v' in known && 'v' in more && Array.isArray(known.v) && Array.isArray(more.v))) return known;
  const fid = known.fid ?? more.fid;
  return { v: [...known.v, ...more.v], ...(fid ? { fid } : {}) };
}

/** A note fills what the span left empty; one that went well did not fail for what was logged. */
function addNote(body: SpanBody | null | undefined, { error, input, output }: StoredNote): void {
  if (!body) return;
  body.input ??= input ?? undefined;
  body.output ??= output ?? undefined;
  if (body.error && error)
    body.error = { type: body.error.type ?? error.type, message: body.error.message ?? error.message };
}
