import { CompiledQuery, type DatabaseConnection, Kysely, PostgresDialect, Transaction } from 'kysely';
import type { Database, Tx } from '../database.ts';

/** What a Kysely is made of besides its connection; nothing asks these for anything. */
const dialect = new PostgresDialect({ pool: () => Promise.reject(new Error('There is a connection.')) });
const PARTS = { config: { dialect }, dialect, driver: dialect.createDriver() };

/** What an open transaction leaves behind. */
interface Open {
  /** Statements that nobody waits for; see {@link sendAlong}. */
  sent: Promise<unknown>[];
  /** See {@link whenKept}. */
  whenKept: Set<(db: Database) => void>;
}

const open = new WeakMap<Tx, Open>();

/**
 * Runs `work` in one transaction; commits when it returns, rolls back when it throws. Statements that are begun together
 * go out together and run in that order: `begin` with the first one, and what was sent along with the commit. Every write
 * to a socket is dear, and so is every wait for an answer while rows are locked.
 */
export async function transact<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (db.isTransaction) throw new Error('A transaction is open already.');
  return await db.getExecutor().provideConnection(async (connection) => {
    const send = (text: string) => quietly(connection.executeQuery(CompiledQuery.raw(text)));
    const tx: Tx = new Transaction(on(connection, db));
    const sent: Promise<unknown>[] = [send('begin')];
    const whenKept: Open['whenKept'] = new Set();
    open.set(tx, { sent, whenKept });
    try {
      const result = await work(tx);
      // A commit behind a statement that failed rolls back and does not say so: that statement does.
      sent.push(send('commit'));
      for (const statement of sent) await statement;
      for (const tell of whenKept) tell(db);
      return result;
    } catch (error) {
      await send('rollback').catch(() => undefined); // its connection is gone, and the transaction with it
      // What failed first is the reason of what failed behind it.
      for (const statement of sent) await statement;
      throw error;
    }
  });
}

/**
 * Lets a transaction go on without waiting for a statement whose result nobody looks at; if it fails, the transaction
 * fails with its error.
 */
export async function sendAlong(tx: Tx, statement: Promise<unknown>): Promise<void> {
  const sent = open.get(tx)?.sent;
  if (sent) sent.push(quietly(statement));
  else await statement;
}

/**
 * Calls `tell` once the transaction is kept, once however often it was asked for; it must not throw. False, and nothing
 * is called, in a transaction that {@link transact} did not begin.
 */
export function whenKept(tx: Tx, tell: (db: Database) => void): boolean {
  open.get(tx)?.whenKept.add(tell);
  return open.has(tx);
}

/** Runs reads on one connection: those that are begun together go out together and are answered one after the other. */
export async function shareConnection<T>(db: Database, read: (db: Database) => Promise<T>): Promise<T> {
  if (db.isTransaction) return await read(db);
  return await db.getExecutor().provideConnection((connection) => read(new Kysely(on(connection, db))));
}

/** Kysely's own transactions and connections wait for each statement before they send the next; these do not. */
const on = (connection: DatabaseConnection, db: Database) => ({
  ...PARTS,
  executor: db.getExecutor().withConnectionProvider({ provideConnection: (use) => use(connection) }),
});

/** Somebody waits for it later: until then its failure is not an unhandled one. */
function quietly<T>(statement: Promise<T>): Promise<T> {
  statement.catch(() => undefined);
  return statement;
}
