import { z } from 'zod';
import { defineEvent, type StreamFact, type StreamMessage } from '#server/platform/events/publish.ts';
import { BoardGroupMemoryRead, BoardMemoryRead } from './memory.schema.ts';

const schema = z.object({ memory: z.union([BoardMemoryRead, BoardGroupMemoryRead]) });
type Data = z.infer<typeof schema>;

const audit = ({ memory: { is_chat, tags, source } }: Data) => ({ is_chat, tags, source });
const kindOf = ({ memory: { is_chat } }: Data) => (is_chat ? 'chat message' : 'note');
const lineOf = (verb: string) => (data: Data) => ({
  message: `A ${kindOf(data)} was ${verb}.`,
  data: { memory_id: data.memory.id },
});

/** Each of the two streams carries its own kind of memory. */
const streamsOf = (toMessage: (fact: StreamFact<Data>) => StreamMessage) => ({
  memory: (fact: StreamFact<Data>) => ('board_id' in fact.data.memory ? toMessage(fact) : undefined),
  group_memory: (fact: StreamFact<Data>) => {
    const { memory } = fact.data;
    return 'board_group_id' in memory ? { ...toMessage(fact), groupId: memory.board_group_id } : undefined;
  },
});

const shown = ({ data: { memory } }: StreamFact<Data>) => ({ event: 'memory', data: { memory } });
const gone = ({ type, data: { memory } }: StreamFact<Data>) => {
  const { id, is_chat } = memory;
  const place = 'board_id' in memory ? { board_id: memory.board_id } : { board_group_id: memory.board_group_id };
  return { event: 'deleted', data: { type, id, ...place, is_chat } };
};

export const memoryCreated = defineEvent({
  type: 'memory.created',
  subject: 'memory',
  schema,
  streams: streamsOf(shown),
  activity: lineOf('written'),
  audit,
});

export const memoryUpdated = defineEvent({
  type: 'memory.updated',
  subject: 'memory',
  schema,
  streams: streamsOf(shown),
  activity: lineOf('changed'),
  audit,
});

export const memoryDeleted = defineEvent({
  type: 'memory.deleted',
  subject: 'memory',
  schema,
  streams: streamsOf(gone),
  activity: lineOf('deleted'),
  audit,
});
