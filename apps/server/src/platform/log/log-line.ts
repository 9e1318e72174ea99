/** Our tokens (`mcs_…`), bearer credentials and the 64 hex characters of a local token: what follows the first six goes. */
const TOKENS = /\b(mc[a-z]_[\w-]{2})[\w-]{8,}|\b(Bearer\s+[\w-]{6})[\w.~+/=-]+|\b([0-9a-f]{6})[0-9a-f]{58}\b/gi;
const URL_PASSWORDS = /(:\/\/[^\s:/@"]*:)[^\s@/"]+@/g;

/** Cuts every token to its first six characters and blanks passwords in addresses. */
export const maskSecrets = (line: string): string =>
  line.replace(TOKENS, (_, own, bearer, hex) => `${own ?? bearer ?? hex}…`).replace(URL_PASSWORDS, '$1…@');

interface Entry {
  level: string;
  time: string;
  msg?: string;
  err?: { stack?: string; message?: string };
  [field: string]: unknown;
}

/** `08:00:01.250 warn  slow query ms=1200`, then the stack of an error on its own lines. */
export function toTextLine(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Entry; // pino wrote it
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${toText(value)}`);
  const head = [time.slice(11, 23), level.padEnd(5), msg, ...pairs].filter((part) => part !== undefined).join(' ');
  return err ? `${head}\n    ${(err.stack ?? err.message ?? '').replaceAll('\n', '\n    ')}\n` : `${head}\n`;
}

const toText = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
