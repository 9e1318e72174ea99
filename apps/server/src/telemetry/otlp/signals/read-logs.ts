import type { Fields } from '../../batches/fields.rules.ts';
import { listOf, readAttributes, readValue, toMicros, toText } from '../wire/read-json.ts';
import { isSpanId, isTraceId, SpanRejection, Undecodable } from '../wire/span.ts';
import type { LogRecord, Note } from './note.ts';
import { addToNote, isNoteworthy } from './notes.rules.ts';

/** What a request of logs holds about spans, and what of it could not be read. */
export interface NoteRequest {
  notes: Note[];
  rejected: number;
  reason: string | null;
}

/** Reads an ExportLogsServiceRequest in OTLP's JSON: records of models' messages and exceptions, by span; others are no news. */
export function readNotes(root: Fields): NoteRequest {
  if ('resourceSpans' in root || 'resourceMetrics' in root)
    throw new Undecodable('These are traces or metrics; their URLs end in /v1/traces and /v1/metrics.');
  const notes = new Map<string, Note>();
  const request: NoteRequest = { notes: [], rejected: 0, reason: null };
  for (const resourceLogs of listOf(root, 'resourceLogs'))
    for (const scopeLogs of listOf(resourceLogs, 'scopeLogs'))
      for (const fields of listOf(scopeLogs, 'logRecords')) addRecord(request, notes, fields);
  request.notes = [...notes.values()];
  return request;
}

/** A record that cannot be read costs only itself. */
function addRecord(request: NoteRequest, notes: Map<string, Note>, fields: Fields): void {
  try {
    const record = readRecord(fields);
    if (!isNoteworthy(record)) return;
    assertRecord(record);
    const { spanId, timeUs, traceId } = record;
    const note = notes.get(traceId + spanId) ?? { traceId, spanId, timeUs, input: [], output: [], error: null };
    notes.set(traceId + spanId, note);
    addToNote(note, record);
  } catch (error) {
    if (!(error instanceof SpanRejection)) throw error;
    request.rejected++;
    request.reason ??= error.message;
  }
}

function readRecord(fields: Fields): LogRecord {
  const attributes = readAttributes(fields.attributes, 0);
  const timeUs = toMicros(fields.timeUnixNano);
  return {
    traceId: toText(fields.traceId).toLowerCase(),
    spanId: toText(fields.spanId).toLowerCase(),
    timeUs: timeUs > 0 ? timeUs : toMicros(fields.observedTimeUnixNano),
    event: toText(fields.eventName) || toText(attributes['event.name']),
    attributes,
    body: readValue(fields.body, 0),
  };
}

function assertRecord({ spanId, timeUs, traceId }: LogRecord): void {
  if (!(isTraceId(traceId) && isSpanId(spanId)))
    throw new SpanRejection('A record of a model must name its span by traceId and spanId.');
  if (!Number.isSafeInteger(timeUs)) throw new SpanRejection('timeUnixNano must be nanoseconds since 1970.');
}
