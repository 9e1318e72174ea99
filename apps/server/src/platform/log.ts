import type { FastifyBaseLogger } from 'fastify';

/** Structured logger: an object of fields first, then a sentence. Never holds bodies, tokens or profile data. */
export type Log = FastifyBaseLogger;
