import { GraphQuery } from '#server/telemetry/index.ts';

const LiveQuery = GraphQuery.omit({ at: true }).strict();

/** Whether a topic is `graph` or `graph:<query>` with a query that `GET /graph` takes, other than for the past. */
export const isValidGraphTopic = (topic: string): boolean => LiveQuery.safeParse(toFields(topic)).success;

/** The query of a valid topic. */
export const parseGraphTopic = (topic: string): GraphQuery => LiveQuery.parse(toFields(topic));

const toFields = (topic: string) => Object.fromEntries(new URLSearchParams(topic.replace(/^graph:?/, '')));
