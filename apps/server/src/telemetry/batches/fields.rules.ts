import { isUuid, parseInstant } from './instants.rules.ts';
import { invalid } from './rejection.ts';

/** A JSON object of unknown content. */
export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const MAX_INT4 = 2_147_483_647;

/** Required text of 1 to `max` characters. */
export function readName(fields: Fields, field: string, max: number): string {
  const value = fields[field];
  if (typeof value === 'string' && value.length > 0 && value.length <= max) return value;
  throw invalid(`${field} must be text of 1 to ${max} characters.`);
}

/** Text of at most `max` characters, or null when absent. */
export function readOptional(fields: Fields, field: string, max: number): string | null {
  const value = fields[field];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string' && value.length <= max) return value;
  throw invalid(`${field} must be text of at most ${max} characters.`);
}

/** Free text, cut to `max` characters, or null. */
export function readProse(fields: Fields, field: string, max: number): string | null {
  const value = fields[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw invalid(`${field} must be text.`);
  return value.length <= max ? value : `${value.slice(0, max - 1)}…`.toWellFormed();
}

export function readOneOf<const T extends string>(fields: Fields, field: string, allowed: readonly T[]): T {
  const value = fields[field];
  if (typeof value === 'string' && (allowed as readonly string[]).includes(value)) return value as T;
  throw invalid(`${field} must be one of ${allowed.join(', ')}.`);
}

/** A whole number from `min` to 2^53 − 1. */
export function readCount(fields: Fields, field: string, min = 0): number {
  const value = fields[field];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
  throw invalid(`${field} must be a whole number from ${min}.`);
}

export const readOptionalCount = (fields: Fields, field: string): number | null =>
  fields[field] === undefined || fields[field] === null ? null : readCount(fields, field);

/** A whole number from 0 to 2^31 − 1, or null. */
export function readOptionalInt(fields: Fields, field: string): number | null {
  const value = readOptionalCount(fields, field);
  if (value !== null && value > MAX_INT4) throw invalid(`${field} must be at most ${MAX_INT4}.`);
  return value;
}

/** A number from 0 to 1, or null. */
export function readShare(fields: Fields, field: string): number | null {
  const value = fields[field];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw invalid(`${field} must be a number from 0 to 1.`);
}

/** A UUID in lower case, or null. */
export function readOptionalUuid(fields: Fields, field: string): string | null {
  const value = fields[field];
  if (value === undefined || value === null) return null;
  if (isUuid(value)) return value.toLowerCase();
  throw invalid(`${field} must be a UUID.`);
}

/** Microseconds since 1970. */
export function readInstant(fields: Fields, field: string): number {
  const value = parseInstant(fields[field]);
  if (value !== undefined) return value;
  throw invalid(`${field} must be an RFC 3339 instant.`);
}

/** An object, or an empty one when absent. */
export function readObject(fields: Fields, field: string): Fields {
  const value = fields[field];
  if (value === undefined || value === null) return {};
  if (isFields(value)) return value;
  throw invalid(`${field} must be an object.`);
}

/** At most `max` texts, or null when absent or empty. */
export function readTexts(fields: Fields, field: string, max: number): string[] | null {
  const value = fields[field];
  if (value === undefined || value === null) return null;
  const valid =
    Array.isArray(value) &&
    value.length <= max &&
    value.every((item) => typeof item === 'string' && item.length <= 256);
  if (!valid) throw invalid(`${field} must be at most ${max} texts.`);
  return value.length === 0 ? null : (value as string[]);
}
