import type { Context } from '#server/platform/context.ts';
import { listRunEvents } from '../steps/run-events.store.ts';
import { listSteps } from '../steps/steps.store.ts';
import type { RunDetail } from './runs.schema.ts';
import type { RunHead } from './runs.store.ts';

const PAGE = 500;

/** A run as NDJSON, page by page: the run, its steps, its events; each line says by `t` what it is. */
export async function* exportRun(ctx: Context, head: RunHead, run: RunDetail): AsyncGenerator<string> {
  yield toLine('run', run);
  yield* exportPages((afterSeq) => listSteps(ctx, head, { key: undefined, limit: PAGE, afterSeq }), 'step');
  yield* exportPages((afterSeq) => listRunEvents(ctx, head, { t: undefined, limit: PAGE, afterSeq }), 'event');
}

async function* exportPages(
  listAfter: (afterSeq: number) => Promise<{ seq: number }[]>,
  t: string,
): AsyncGenerator<string> {
  let afterSeq = -1;
  while (true) {
    // The list gives one more than a page: its last row comes again as the first of the next.
    const rows = await listAfter(afterSeq);
    yield rows
      .slice(0, PAGE)
      .map((row) => toLine(t, row))
      .join('');
    if (rows.length <= PAGE) return;
    afterSeq = rows[PAGE - 1]?.seq ?? afterSeq;
  }
}

const toLine = (t: string, fields: object): string => `${JSON.stringify({ t, ...fields })}\n`;
