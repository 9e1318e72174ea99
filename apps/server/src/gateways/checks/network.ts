import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { pinTo } from '#server/platform/outgoing/resolve.ts';
import { diagnoseNetwork, type Finding, readErrorCode } from '../rpc/diagnoses.rules.ts';
import { type Destination, isLoopbackInContainer } from '../rpc/dial.ts';
import { ConnectFailure } from '../rpc/failure.ts';
import type { Passed } from './walk.ts';

const TCP_MS = 3_000;
const TLS_MS = 2_000;
const HTTP_MS = 1_500;
const MAX_BODY = 4_096;

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'wss:' ? 443 : 80);
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** The addresses that take a connection. Throws {@link ConnectFailure} when none does. */
export async function tryTcp(url: URL, addresses: string[]): Promise<Passed<string[]>> {
  const tries = await Promise.all(addresses.map((address) => tryAddress(address, portOf(url))));
  const open = addresses.filter((_, index) => tries[index] === undefined);
  const facts = { port: portOf(url) };
  if (open.length > 0) return { value: open, facts: { ...facts, addresses: open } };
  const errors = tries.filter((error) => error !== undefined);
  const refused =
    errors.find((error) => readErrorCode(error) === 'ECONNREFUSED') ?? errors[0] ?? new Error('no address');
  const { code, facts: found } = diagnoseNetwork(refused, { isLoopbackInContainer: isLoopbackInContainer(addresses) });
  throw new ConnectFailure({ code, facts: { ...facts, addresses, ...found } }, { cause: refused });
}

const tryAddress = (host: string, port: number): Promise<Error | undefined> =>
  new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: TCP_MS });
    const end = (error?: Error) => {
      socket.destroy();
      resolve(error);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    socket.once('error', end);
  });

/**
 * Shakes hands by TLS where the address says so. Throws {@link ConnectFailure}; a certificate that is not trusted is
 * only a warning where that was allowed.
 */
export async function tryTls({ url, addresses, allowInsecureTls }: Destination): Promise<Passed<void>> {
  if (url.protocol !== 'wss:') return { value: undefined, facts: { tls: false } };
  const error = await shakeHands(url, addresses, true);
  if (!(error instanceof Error)) return { value: undefined, facts: { tls: true, ...describe(error) } };
  const found = diagnoseNetwork(error);
  const isAboutTrust = ['gateway.tls_untrusted', 'gateway.tls_name', 'gateway.tls_date'].includes(found.code);
  const certificate = isAboutTrust ? await shakeHands(url, addresses, false) : error;
  const shown = certificate instanceof Error ? {} : describe(certificate);
  const finding: Finding = { code: found.code, facts: { ...shown, ...found.facts } };
  if (isAboutTrust && allowInsecureTls) return { value: undefined, warning: finding };
  throw new ConnectFailure(finding, { cause: error });
}

/** The certificate of the other side, or why there is none. */
const shakeHands = (
  url: URL,
  addresses: string[],
  rejectUnauthorized: boolean,
): Promise<tls.DetailedPeerCertificate | Error> =>
  new Promise((resolve) => {
    const host = hostOf(url);
    const socket = tls.connect({
      ...{ host, port: portOf(url), rejectUnauthorized, lookup: pinTo(addresses), timeout: TLS_MS },
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
    });
    const end = (outcome: tls.DetailedPeerCertificate | Error) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('secureConnect', () => end(socket.getPeerCertificate(true)));
    socket.once('timeout', () => end(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    socket.once('error', end);
  });

const describe = (certificate: tls.DetailedPeerCertificate): Record<string, unknown> => ({
  subject: certificate.subject?.CN,
  issuer: certificate.issuer?.CN,
  names: certificate.subjectaltname,
  valid_from: certificate.valid_from,
  valid_to: certificate.valid_to,
  fingerprint: certificate.fingerprint256,
});

/** An answer of the health paths. */
interface Health {
  status: number;
  /** Blank when it does not say. */
  server: string;
  body: string;
}

/**
 * Asks who answers. A proxy's own answer, or none, is left to the upgrade, where it can be told apart. Throws
 * {@link ConnectFailure} for another program, a gateway that starts, and a port that speaks TLS.
 */
export async function tryHttp(destination: Destination): Promise<Passed<void>> {
  const [health, ready] = await Promise.all([ask(destination, '/healthz'), ask(destination, '/readyz')]);
  if (health instanceof Error) return afterNoAnswer(destination, health);
  const { status, server, body } = health;
  const facts = { status, ...(server && { server }) };
  if (isHealthy(health)) {
    if (ready instanceof Error || ready.status === 200) return { value: undefined, facts };
    throw new ConnectFailure({ code: 'gateway.starting', facts: { ...facts, ready: ready.status } });
  }
  const isProxys = status === 401 || status === 403 || (status >= 300 && status < 400) || status >= 500;
  // A proxy may pass on the path of the gateway alone.
  const isElsewhere = destination.url.pathname !== '/' && status === 404;
  if (isProxys || isElsewhere) return { value: undefined, facts };
  throw new ConnectFailure({ code: 'gateway.not_openclaw', facts: { ...facts, title: readTitle(body) } });
}

async function afterNoAnswer({ url, addresses }: Destination, error: Error): Promise<Passed<void>> {
  const facts = { error: readErrorCode(error) ?? error.message.slice(0, 80) };
  if (url.protocol === 'ws:' && !((await shakeHands(url, addresses, false)) instanceof Error))
    throw new ConnectFailure({ code: 'gateway.tls_required', facts });
  return { value: undefined, facts };
}

function isHealthy({ status, body }: Health): boolean {
  if (status !== 200) return false;
  try {
    const { ok, status: said } = JSON.parse(body);
    return ok === true || typeof said === 'string';
  } catch {
    return false; // no JSON
  }
}

const readTitle = (body: string): string => (/<title>([^<]*)/i.exec(body)?.[1] ?? '').trim().slice(0, 80);

const ask = ({ url, addresses, allowInsecureTls }: Destination, path: string): Promise<Health | Error> =>
  new Promise((resolve) => {
    const isSecure = url.protocol === 'wss:';
    const { request } = isSecure ? https : http;
    const asked = request({
      ...{ host: hostOf(url), port: portOf(url), path, agent: false, lookup: pinTo(addresses) },
      ...{ rejectUnauthorized: !allowInsecureTls, signal: AbortSignal.timeout(HTTP_MS) },
    });
    asked.on('error', resolve);
    asked.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      const end = () => {
        response.destroy();
        resolve({ status: response.statusCode ?? 0, server: `${response.headers.server ?? ''}`, body });
      };
      response.on('data', (chunk) => {
        body += chunk;
        if (body.length > MAX_BODY) end();
      });
      response.on('end', end);
      response.on('error', resolve);
    });
    asked.end();
  });
