import { writeRow } from '#server/platform/postgres/copy.ts';
import {
  isFields,
  readName,
  readOneOf,
  readOptional,
  readOptionalInt,
  readProse,
  readShare,
} from '../batches/fields.rules.ts';
import { invalid } from '../batches/rejection.ts';
import { EVENT_COLUMNS, type EventRow } from '../steps/event-row.ts';
import { defineKind, type LineEvent } from './draft.ts';
import { readPayload, readSmallJson } from './payloads.ts';
import { readScrubbedError } from './step-events.ts';

/** Events that are kept as they are told, in `run_events`: `readBody` takes what it knows of them. */
const noteKind = (t: string, readBody: (event: LineEvent) => Record<string, unknown>) =>
  defineKind<EventRow>({
    read(event) {
      const { fields, run, scope, seq, ts } = event;
      const { orgId } = scope;
      const key = readOptional(fields, 'key', 1_024);
      return { orgId, day: run.day, runId: run.id, seq, t, key, ts, body: JSON.stringify(readBody(event)) };
    },
    apply({ draft }, row) {
      writeRow(draft.events, EVENT_COLUMNS, row);
      draft.rows++;
    },
  });

/** A payload reference as an object again, to stand inside a body. */
function readReference(event: LineEvent, field: string): unknown {
  const json = readPayload(event, field);
  return json === null ? undefined : JSON.parse(json);
}

const scrubbed = ({ fields, scope }: LineEvent, field: string, max: number): string | undefined => {
  const text = readProse(fields, field, max);
  return text === null ? undefined : scope.scrub.text(text);
};

export const reason = noteKind('reason', (event) => ({
  text: readReference(event, 'text'),
  summary: scrubbed(event, 'summary', 4_096),
  n: readOptionalInt(event.fields, 'n') ?? undefined,
}));

export const checkpoint = noteKind('checkpoint', (event) => ({
  name: readName(event.fields, 'name', 256),
  kind: event.fields.kind === undefined ? 'state' : readOneOf(event.fields, 'kind', ['native', 'state']),
  ref: readSmallJson(event, 'ref'),
  state: readReference(event, 'state'),
}));

export const entropy = noteKind('entropy', (event) => {
  const { fields } = event;
  readName(fields, 'key', 1_024);
  if (fields.value === undefined) throw invalid('value must be there.');
  return { name: readOneOf(fields, 'name', ['now', 'uuid', 'random', 'custom']), value: readSmallJson(event, 'value') };
});

export const exception = noteKind('exception', (event) => {
  readName(event.fields, 'type', 256);
  const { fields, scope } = event;
  const where = fields.where === undefined ? undefined : readOneOf(fields, 'where', ['framework', 'sdk', 'tool']);
  return { ...readScrubbedError(fields, scope.scrub.text.bind(scope.scrub)), where };
});

export const note = noteKind('note', (event) => {
  const { data } = event.fields;
  if (data !== undefined && data !== null && !isFields(data) && typeof data !== 'string')
    throw invalid('data must be an object.');
  return {
    level: readOptional(event.fields, 'level', 16) ?? undefined,
    message: scrubbed(event, 'message', 4_096),
    data: readSmallJson(event, 'data'),
    confidence: readShare(event.fields, 'confidence') ?? undefined,
  };
});

export const discard = noteKind('discard', () => ({}));
