import { z } from 'zod';

const TYPE_ALIASES: Record<string, string> = {
  'text (long)': 'text_long',
  long_text: 'text_long',
  'true/false': 'boolean',
  'date & time': 'date_time',
  datetime: 'date_time',
};

/** An enum that also reads the names which older clients send. */
const aliased = <S extends z.ZodType>(names: S, aliases: Record<string, string>) =>
  z.preprocess((name) => (typeof name === 'string' ? (aliases[name.trim().toLowerCase()] ?? name) : name), names);

export const TaskCustomFieldType = z
  .enum(['text', 'text_long', 'integer', 'decimal', 'boolean', 'date', 'date_time', 'url', 'json'])
  .meta({ id: 'TaskCustomFieldType' });
export type TaskCustomFieldType = z.infer<typeof TaskCustomFieldType>;

export const TaskCustomFieldUiVisibility = z
  .enum(['always', 'if_set', 'hidden'])
  .meta({ id: 'TaskCustomFieldUiVisibility' });
export type TaskCustomFieldUiVisibility = z.infer<typeof TaskCustomFieldUiVisibility>;

const MAX_TEXT = 20_000;
const MAX_JSON = 65_536;

const Text = z.string('is no text').max(MAX_TEXT, `is longer than ${MAX_TEXT} characters`);

/** What a value of each type is; an issue reads on after the name of the field. */
export const VALUES: Record<TaskCustomFieldType, z.ZodType> = {
  text: Text,
  text_long: Text,
  integer: z.int('is no whole number'),
  decimal: z.number('is no number'),
  boolean: z.boolean('is neither true nor false'),
  date: z.iso.date('is no date like 2026-01-31'),
  date_time: z.iso.datetime({ offset: true, local: true, error: 'is no instant like 2026-01-31T08:00:00Z' }),
  url: Text.refine((text) => /^https?:\/\/[^/\s]/i.test(text) && URL.canParse(text), 'is no http or https address'),
  json: z
    .union([z.record(z.string(), z.unknown()), z.array(z.unknown())], 'is no JSON object or array')
    .refine((value) => JSON.stringify(value).length <= MAX_JSON, `is longer than ${MAX_JSON} characters of JSON`),
};

const Name = z.string().trim().min(1).max(200);
const Regex = z
  .string()
  .max(500)
  .nullable()
  .transform((text) => text?.trim() || null)
  .describe('RE2 syntax; the whole value must match. Only for text, text_long, date, date_time and url.');
const Description = z.string().max(20_000).nullable();
const Default = z.unknown().describe('Must satisfy the type and the expression; null is none.');
const Boards = z
  .array(z.uuid())
  .min(1)
  .max(1000)
  .transform((ids) => [...new Set(ids)]);

export const TaskCustomFieldDefinitionRead = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    field_key: z.string(),
    label: z.string(),
    field_type: TaskCustomFieldType,
    ui_visibility: TaskCustomFieldUiVisibility,
    validation_regex: z.string().nullable(),
    description: z.string().nullable(),
    required: z.boolean(),
    default_value: z.unknown(),
    board_ids: z.array(z.uuid()),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'TaskCustomFieldDefinitionRead' });
export type TaskCustomFieldDefinitionRead = z.infer<typeof TaskCustomFieldDefinitionRead>;

export const TaskCustomFieldDefinitionCreate = z
  .object({
    field_key: Name,
    label: Name.nullable().default(null).describe('The key when left out.'),
    field_type: aliased(TaskCustomFieldType, TYPE_ALIASES).default('text'),
    ui_visibility: aliased(TaskCustomFieldUiVisibility, { 'if set': 'if_set' }).default('always'),
    validation_regex: Regex.default(null),
    description: Description.default(null),
    required: z.boolean().default(false),
    default_value: Default.default(null),
    board_ids: Boards,
  })
  .meta({ id: 'TaskCustomFieldDefinitionCreate' });
export type TaskCustomFieldDefinitionCreate = z.infer<typeof TaskCustomFieldDefinitionCreate>;

export const TaskCustomFieldDefinitionUpdate = z
  .object({
    label: Name.optional(),
    field_type: aliased(TaskCustomFieldType, TYPE_ALIASES).optional(),
    ui_visibility: aliased(TaskCustomFieldUiVisibility, { 'if set': 'if_set' }).optional(),
    validation_regex: Regex.optional(),
    description: Description.optional(),
    required: z.boolean().optional(),
    default_value: Default.optional(),
    board_ids: Boards.nullable().optional(),
    field_key: z.unknown().optional().describe('Cannot change.'),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'Send at least one field.')
  .meta({ id: 'TaskCustomFieldDefinitionUpdate' });
export type TaskCustomFieldDefinitionUpdate = z.infer<typeof TaskCustomFieldDefinitionUpdate>;
