import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverUrl } from '../../../test/database.ts';
import { ByteBuffer } from './byte-buffer.ts';
import {
  boolean,
  bytea,
  type Column,
  copyRows,
  copyStatement,
  date,
  float8,
  int2,
  int4,
  int8,
  jsonb,
  numeric8,
  text,
  textArray,
  timestamptz,
  toArrayParameters,
  unnest,
  uuid,
  writeRow,
} from './copy.ts';

interface Row {
  id: string;
  words: string | null;
  json: string;
  at: number;
  day: number;
  yes: boolean | null;
  small: number;
  middle: number;
  large: number;
  real: number;
  bytes: Uint8Array;
  list: string[];
  money: number;
}

const COLUMNS: Column<Row>[] = [
  uuid('id', (row) => row.id),
  text('words', (row) => row.words),
  jsonb('json', (row) => row.json),
  timestamptz('at', (row) => row.at),
  date('day', (row) => row.day),
  boolean('yes', (row) => row.yes),
  int2('small', (row) => row.small),
  int4('middle', (row) => row.middle),
  int8('large', (row) => row.large),
  float8('real', (row) => row.real),
  bytea('bytes', (row) => row.bytes),
  textArray('list', (row) => row.list),
  numeric8('money', (row) => row.money),
];

const storable = fc.string({ unit: 'grapheme', maxLength: 80 }).filter((value) => !value.includes('\0'));
const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    id: fc.uuid(),
    words: fc.option(storable),
    json: fc
      .jsonValue()
      .map((value) => JSON.stringify(value))
      .filter((json) => !json.includes('\\u')),
    at: fc.integer({ min: 0, max: 4_000_000_000_000_000 }),
    day: fc.integer({ min: 0, max: 40_000 }),
    yes: fc.option(fc.boolean()),
    small: fc.integer({ min: -32_768, max: 32_767 }),
    middle: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
    large: fc.maxSafeInteger(),
    real: fc.double({ noNaN: true, noDefaultInfinity: true }),
    bytes: fc.uint8Array({ maxLength: 200 }),
    list: fc.array(storable, { maxLength: 5 }),
    money: fc.maxSafeNat(),
  }),
  { minLength: 1, maxLength: 40 },
);

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  const columns = COLUMNS.map(({ name, type }) => `${name} ${type}`).join(', ');
  await client.query(`create temp table copied (n serial, ${columns})`);
});
afterAll(() => client.end());

/** What PostgreSQL makes of the rows, as text. */
const AS_TEXT = `id::text, words, json::text as json, (extract(epoch from at) * 1000000)::bigint::text as at,
  (day - '1970-01-01'::date)::int as day, yes, small, middle, large::text, real, bytes, list, (money * 100000000)::bigint::text as money`;

const toExpected = (row: Row) => ({
  ...row,
  json: expect.anything(),
  at: String(row.at),
  large: String(row.large),
  bytes: Buffer.from(row.bytes),
  money: String(row.money),
  real: row.real === 0 ? expect.closeTo(0) : row.real,
});

it('gives PostgreSQL by COPY what went in, whatever it is and however often the buffer grew', async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 100 }), async (input, capacity) => {
      await client.query('truncate copied');
      const buffer = new ByteBuffer(capacity);
      for (const row of input) writeRow(buffer, COLUMNS, row);
      await copyRows(client, copyStatement('copied', COLUMNS), [buffer.view()]);
      const stored = await client.query(`select ${AS_TEXT} from copied order by n`);
      expect(stored.rows).toEqual(input.map(toExpected));
      expect(stored.rows.map(({ json }) => JSON.parse(json))).toEqual(input.map(({ json }) => JSON.parse(json)));
    }),
    { numRuns: 60 },
  );
});

it('gives PostgreSQL by array parameters what went in', async () => {
  const columns = COLUMNS.filter(({ type }) => type !== 'text[]');
  const names = AS_TEXT.replace(' list,', '');
  await fc.assert(
    fc.asyncProperty(rows, async (input) => {
      const values = toArrayParameters(columns, input);
      const stored = await client.query({ text: `select ${names} from ${unnest('r', columns)}`, values });
      expect(stored.rows).toEqual(
        input.map(({ list: _, ...row }) => toExpected(row as Row)).map(({ list: _, ...row }) => row),
      );
    }),
    { numRuns: 30 },
  );
});
