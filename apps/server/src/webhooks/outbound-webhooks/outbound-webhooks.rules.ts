import { Problem } from '#server/platform/problem.ts';

/** Stands for every fact that is kept in the history or the audit trail. */
const EVERY_TYPE = '*';

/** Throws `request.invalid` naming the types that this server does not know. */
export function assertTypes(types: string[], known: string[]): void {
  const unknown = types.filter((type) => type !== EVERY_TYPE && !known.includes(type));
  if (unknown.length === 0) return;
  const message = `These are no types of facts: ${unknown.join(', ')}.`;
  throw new Problem('request.invalid', 422, message, {
    body: [{ loc: ['body', 'event_types'], msg: message, type: 'enum' }],
  });
}
