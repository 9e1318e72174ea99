import type { FastifyRequest } from 'fastify';
import type { Credentials } from '../../principal.ts';

/** The console's session cookie: HttpOnly, SameSite=Strict. */
export const SESSION_COOKIE = 'mc_session';

const SAFE_METHODS = new Set(['GET', 'HEAD']);

export function readCredentials({ headers, cookies, method, clientIp }: FastifyRequest): Credentials {
  const agentToken = headers['x-agent-token'];
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  return {
    token: typeof agentToken === 'string' && agentToken !== '' ? agentToken : bearer,
    session: cookies[SESSION_COOKIE],
    isAgentOnly: typeof agentToken === 'string' && agentToken !== '',
    agent: typeof headers['mc-agent'] === 'string' ? headers['mc-agent'] : undefined,
    origin: headers.origin,
    isSafe: SAFE_METHODS.has(method),
    ip: clientIp,
  };
}
