import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { BoardRead } from './boards.schema.ts';

const schema = z.object({ board: BoardRead });
type Data = z.infer<typeof schema>;

const audit = ({ board: { name, slug, gateway_id, board_group_id } }: Data) => ({
  name,
  slug,
  gateway_id,
  board_group_id,
});

export const boardCreated = defineEvent({
  type: 'board.created',
  subject: 'board',
  schema,
  activity: ({ board }) => ({ message: `Board ${board.name} was made.` }),
  audit,
});

const FieldChange = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() });
const fieldsOf = (changes: z.infer<typeof FieldChange>[]) => changes.map(({ field }) => field);

export const boardUpdated = defineEvent({
  type: 'board.updated',
  subject: 'board',
  schema: schema.extend({ changes: z.array(FieldChange).describe('Long values are cut.') }),
  activity: ({ board, changes }) => ({
    message: `Board ${board.name}: ${fieldsOf(changes).join(', ')} changed.`,
    data: { changed: fieldsOf(changes) },
  }),
  // By field, so that only a long one is cut.
  audit: ({ changes }) => Object.fromEntries(changes.map(({ field, before, after }) => [field, { before, after }])),
});

export const boardDeleted = defineEvent({
  type: 'board.deleted',
  subject: 'board',
  schema,
  activity: ({ board: { id, name } }) => ({
    message: `Board ${name} was deleted.`,
    boardId: null,
    data: { board_id: id },
  }),
  audit,
});

export const boardPaused = defineEvent({
  type: 'board.paused',
  subject: 'board',
  schema,
  activity: ({ board }) => ({ message: `Board ${board.name} is paused.` }),
  audit,
});

export const boardResumed = defineEvent({
  type: 'board.resumed',
  subject: 'board',
  schema,
  activity: ({ board }) => ({ message: `Board ${board.name} runs again.` }),
  audit,
});
