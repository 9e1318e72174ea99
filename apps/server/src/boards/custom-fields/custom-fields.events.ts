import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { TaskCustomFieldDefinitionRead } from './custom-fields.schema.ts';

const schema = z.object({ custom_field: TaskCustomFieldDefinitionRead });
const audit = ({ custom_field: { field_key, field_type, required, board_ids } }: z.infer<typeof schema>) => ({
  field_key,
  field_type,
  required,
  boards: board_ids.length,
});

const define = (verb: string) => defineEvent({ type: `custom_field.${verb}`, subject: 'custom_field', schema, audit });

export const customFieldCreated = define('created');
export const customFieldUpdated = define('updated');
export const customFieldDeleted = define('deleted');
