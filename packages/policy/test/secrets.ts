import fc from 'fast-check';

const text = (alphabet: string, min: number, max = min) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: min, maxLength: max });
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();
const DIGITS = '0123456789';
const BASE62 = UPPER + LOWER + DIGITS;
const BASE64URL = `${BASE62}_-`;
const word = text(LOWER, 2, 9);

const card = fc
  .constantFrom(['4', 16], ['51', 16], ['2221', 16], ['34', 15], ['6011', 16], ['3528', 16] as const)
  .chain(([issuer, length]) =>
    text(DIGITS, Number(length) - String(issuer).length - 1).map((rest) => `${issuer}${rest}`),
  )
  .map((digits) => digits + checkDigit(digits));

/** A secret of one of the formats that must never leave the process. */
export const secret = fc.oneof(
  fc
    .tuple(text(`${LOWER}${DIGITS}`, 1, 12), word, fc.constantFrom('com', 'org', 'co.uk'))
    .map(([a, b, tld]) => `${a}@${b}.${tld}`),
  fc.tuple(fc.constantFrom('', 'proj-', 'ant-api03-'), text(BASE62, 20, 48)).map(([kind, body]) => `sk-${kind}${body}`),
  fc
    .tuple(text(BASE64URL, 12, 40), text(BASE64URL, 12, 90), text(BASE64URL, 20, 43))
    .map(([a, b, c]) => `eyJ${a}.${b}.${c}`),
  text(UPPER + DIGITS, 16).map((body) => `AKIA${body}`),
  text(BASE62, 36).map((body) => `ghp_${body}`),
  fc
    .tuple(fc.constantFrom('b', 'p', 'a', 'r', 's'), text(DIGITS, 11), text(BASE62, 24))
    .map(([a, b, c]) => `xox${a}-${b}-${c}`),
  text(BASE62, 64, 200).map((body) => `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`),
  card,
  card.map((digits) => digits.replace(/(\d{4})(?=\d)/g, '$1 ')),
);

/** A value under a key that is sensitive by name. */
export const keyed = fc.tuple(
  fc.constantFrom(
    'password',
    'PASSWD',
    'Secret',
    'token',
    'api_key',
    'apiKey',
    'Authorization',
    'Set-Cookie',
    'cvv',
    'ssn',
  ),
  text(BASE64URL, 8, 40),
);

const moment = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });

/** Sentences as prompts and results have them: words, numbers, dates, versions, paths, ids. */
export const cleanText = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: word },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 1e12 }).map(String) },
      { weight: 1, arbitrary: moment.map((date) => date.toISOString()) },
      { weight: 1, arbitrary: moment.map((date) => String(date.getTime())) },
      { weight: 1, arbitrary: fc.uuid() },
      { weight: 1, arbitrary: fc.double({ noNaN: true }).map(String) },
      { weight: 1, arbitrary: fc.tuple(word, word).map(([scope, name]) => `@${scope}/${name}-sdk`) },
      { weight: 1, arbitrary: fc.tuple(word, word, word).map((words) => `task-${words.join('-')}`) },
      { weight: 1, arbitrary: text('0123456789abcdef', 64) },
      { weight: 1, arbitrary: fc.tuple(word, word).map(([a, b]) => `https://${a}.org/${b}?q=1`) },
    ),
    { minLength: 20, maxLength: 80 },
  )
  .map((words) => words.join(' '));

function checkDigit(digits: string): number {
  const sum = [...digits]
    .reverse()
    .map((digit, i) => Number(digit) * (i % 2 === 0 ? 2 : 1))
    .reduce((total, n) => total + (n > 9 ? n - 9 : n), 0);
  return (10 - (sum % 10)) % 10;
}
