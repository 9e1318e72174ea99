import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { AccessTokenRead } from './access-tokens.schema.ts';

/** `token` of the token is null: it is shown to nobody but who made it. */
const schema = z.object({ token: AccessTokenRead, user_id: z.uuid() });

const define = (verb: string, line: (name: string) => string) =>
  defineEvent({
    type: `token.${verb}`,
    subject: 'token',
    schema,
    activity: ({ token: { name } }) => ({ message: line(name) }),
    audit: ({ token: { name, scopes, expires_at }, user_id }) => ({ name, scopes, expires_at, user_id }),
  });

export const tokenCreated = define('created', (name) => `The access token ${name} was made.`);
export const tokenRevoked = define('revoked', (name) => `The access token ${name} was revoked.`);
