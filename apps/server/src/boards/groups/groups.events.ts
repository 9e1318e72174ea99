import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { BoardGroupRead } from './groups.schema.ts';

const schema = z.object({ board_group: BoardGroupRead });
const audit = ({ board_group: { name, slug } }: z.infer<typeof schema>) => ({ name, slug });

const define = (verb: string) => defineEvent({ type: `board_group.${verb}`, subject: 'board_group', schema, audit });

export const boardGroupCreated = define('created');
export const boardGroupUpdated = define('updated');
export const boardGroupDeleted = define('deleted');
