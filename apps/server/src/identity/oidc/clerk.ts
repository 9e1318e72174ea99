import { z } from 'zod';
import type { Config } from '#server/platform/config.ts';
import type { Log } from '#server/platform/log/log.ts';
import { Problem } from '#server/platform/problem.ts';
import type { Profile } from '../users/profile.rules.ts';
import { ask, askJson } from './ask.ts';
import { toProfile } from './claims.rules.ts';

type Clerk = Config['clerk'];

const Document = z.record(z.string(), z.unknown());

const toUser = ({ apiUrl, secretKey }: Clerk, subject: string) => ({
  url: `${apiUrl}/v1/users/${encodeURIComponent(subject)}`,
  headers: toHeaders(secretKey),
});

export const toHeaders = (secretKey: string | undefined): Record<string, string> => ({
  authorization: `Bearer ${secretKey}`,
});

/** What Clerk's own record says of a person; undefined when it cannot be had, which fails no sign-in. */
export async function findClerkProfile(clerk: Clerk, subject: string, log: Log): Promise<Profile | undefined> {
  const { url, headers } = toUser(clerk, subject);
  try {
    return toProfile(await askJson(url, Document, headers));
  } catch (error) {
    log.warn({ err: error }, 'the profile of a person could not be read from Clerk');
    return undefined;
  }
}

/** Deletes the account at Clerk; one that is gone already is fine. Throws `auth.provider_delete_failed`. */
export async function deleteClerkAccount(clerk: Clerk, subject: string): Promise<void> {
  const failed = (why: string) =>
    new Problem(
      'auth.provider_delete_failed',
      502,
      `Clerk did not delete the account (${why}). Nothing was changed here.`,
    );
  let status: number;
  try {
    ({ status } = await ask({ method: 'DELETE', ...toUser(clerk, subject) }));
  } catch (error) {
    if (error instanceof Problem) throw failed(error.code);
    throw error;
  }
  if (status !== 404 && (status < 200 || status >= 300)) throw failed(`status ${status}`);
}
