import type pg from 'pg';

/** The connection that reads. */
export type Reader = pg.Client;

const BATCH = 2_000;

/** The rows of a query, some thousand at a time: however many there are, few are in memory. */
export async function* fetchRows<Row extends pg.QueryResultRow>(
  client: Reader,
  text: string,
  values: unknown[],
): AsyncGenerator<Row[]> {
  await client.query('begin read only');
  try {
    await client.query(`declare recorded no scroll cursor for ${text}`, values);
    while (true) {
      const { rows } = await client.query<Row>(`fetch ${BATCH} from recorded`);
      if (rows.length > 0) yield rows;
      if (rows.length < BATCH) return;
    }
  } finally {
    await client.query('rollback');
  }
}
