import { isFields } from '../../batches/fields.rules.ts';
import { findJson, findText } from '../mapping/attributes.rules.ts';
import type { LogRecord, Note } from './note.ts';

/** Messages of conventions up to 1.36, a record each. */
const MESSAGE = /^gen_ai\.(system|user|assistant|tool)\.message$/;
const CHOICE = 'gen_ai.choice';
/** Since then: all messages of a call in one record. */
const DETAILS = 'gen_ai.client.inference.operation.details';
const MAX_MESSAGES = 1_000;

/** Whether a log record tells something of a span that we keep. */
export const isNoteworthy = ({ attributes, event }: LogRecord): boolean =>
  event === DETAILS || event === CHOICE || MESSAGE.test(event) || attributes['exception.type'] !== undefined;

/** Adds what a record says to the note of its span. */
export function addToNote(note: Note, { attributes, body, event }: LogRecord): void {
  const role = MESSAGE.exec(event)?.[1];
  if (role !== undefined) add(note.input, [{ role, ...toObject(body) }]);
  else if (event === CHOICE) add(note.output, [toObject(body)]);
  else if (event === DETAILS) {
    const said = { ...toObject(body), ...attributes };
    add(note.input, toList(findJson(said, 'gen_ai.input.messages')));
    add(note.output, toList(findJson(said, 'gen_ai.output.messages')));
  } else
    note.error ??= {
      type: findText(attributes, 'exception.type') ?? null,
      message: findText(attributes, 'exception.message') ?? null,
    };
}

const add = (messages: unknown[], more: readonly unknown[]): void => {
  if (messages.length < MAX_MESSAGES) messages.push(...more.slice(0, MAX_MESSAGES));
};
const toObject = (value: unknown) => (isFields(value) ? value : { content: value });
const toList = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
