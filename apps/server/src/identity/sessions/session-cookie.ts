import type { Config } from '#server/platform/config.ts';
import { SLIDING_MS } from './sessions.rules.ts';

/** How the console's cookie is set. */
export const sessionCookie = ({ baseUrl }: Config) => ({
  httpOnly: true,
  sameSite: 'strict' as const,
  secure: baseUrl.startsWith('https:'),
  path: '/',
  maxAge: SLIDING_MS / 1000,
});
