import { isUtf8 } from 'node:buffer';
import { Problem } from '#server/platform/problem.ts';
import { parseLine } from '../batches/clean.rules.ts';
import { isFields } from '../batches/fields.rules.ts';
import { type Header, parseHeader, unreadable } from '../batches/header.rules.ts';
import { Rejection } from '../batches/rejection.ts';

const MAX_LINES = 5_000;

/** A batch as text: its header and the lines after it. */
export interface BatchText {
  header: Header;
  /** Index 0 is line 2 of the body. */
  lines: string[];
}

/** Splits a body. Throws `batch.unreadable`, `batch.version`, `batch.too_large`. */
export function splitBatch(body: Buffer): BatchText {
  if (!isUtf8(body)) throw unreadable('The body is not UTF-8.');
  const [first = '', ...lines] = body.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length > MAX_LINES) throw new Problem('batch.too_large', 413, `A batch may have ${MAX_LINES} lines.`);
  return { header: parseHeader(parseFirst(first), lines.length > 0), lines };
}

function parseFirst(line: string): unknown {
  try {
    const value = parseLine(line);
    return isFields(value) ? value : undefined;
  } catch (error) {
    if (error instanceof Rejection) throw unreadable(`The header cannot be read. ${error.message}`);
    throw error;
  }
}
