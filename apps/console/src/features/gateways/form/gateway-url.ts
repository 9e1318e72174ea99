/** An address as it should stand, and the token that stood in it. */
interface CorrectedUrl {
  url: string;
  token: string | undefined;
  /** What was changed, as a sentence. */
  note: string | undefined;
}

const SCHEMES: Record<string, string> = { 'http:': 'ws:', 'https:': 'wss:' };
const DEFAULT_PORT = '18789';

/** Turns what people paste into the address of a gateway: its scheme, its usual port, and no token in it. */
export function correctGatewayUrl(text: string): CorrectedUrl {
  const typed = text.trim();
  const withScheme = /^[a-z]+:\/\//i.test(typed) || typed === '' ? typed : `ws://${typed}`;
  if (!URL.canParse(withScheme)) return { url: typed, token: undefined, note: undefined };
  const parsed = new URL(withScheme);
  const token = parsed.searchParams.get('token') ?? undefined;
  parsed.searchParams.delete('token');
  const scheme = SCHEMES[parsed.protocol] ?? parsed.protocol;
  const port = explicitPort(withScheme) ?? (scheme === 'ws:' ? DEFAULT_PORT : undefined);
  const host = port === undefined ? parsed.hostname : `${parsed.hostname}:${port}`;
  const path = parsed.pathname === '/' ? '' : parsed.pathname;
  const user = parsed.username ? `${parsed.username}@` : '';
  const url = `${scheme}//${user}${host}${path}${parsed.search}`;
  return { url, token, note: url === typed.replace(/\/$/, '') ? undefined : describe(url, token) };
}

/** The port as it was typed: a URL forgets the one that its scheme has anyway. */
const explicitPort = (url: string) => /^[a-z]+:\/\/[^/?#]*:(\d+)(?=[/?#]|$)/i.exec(url)?.[1];

const describe = (url: string, token: string | undefined) =>
  `Written as ${url}${token === undefined ? '' : '; the token went to its own field'}.`;
