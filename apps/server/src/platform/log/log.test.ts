import { expect, it } from 'vitest';
import { createLog } from './log.ts';

function write(logFormat: 'text' | 'json', entry: (log: ReturnType<typeof createLog>) => void): string {
  let written = '';
  entry(createLog({ logLevel: 'info', logFormat }, { write: (line) => (written += line) }));
  return written;
}

it('writes JSON with the level by name and the instant in UTC', () => {
  const line = JSON.parse(write('json', (log) => log.warn({ ms: 1200 }, 'slow query')));
  expect(line).toMatchObject({ level: 'warn', ms: 1200, msg: 'slow query' });
  expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

it('writes text with the fields behind the sentence and a stack below it', () => {
  const text = write('text', (log) => log.error({ err: new Error('no'), job: 'x.y', note: 'two words' }, 'it failed'));
  expect(text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} error it failed job=x\.y note="two words"\n {4}Error: no\n {8}at /);
});

it.each([
  ['mcs_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdEfG', 'mcs_Ab…'],
  [`Bearer ${'k'.repeat(60)}`, 'Bearer kkkkkk…'],
  ['0123456789abcdef'.repeat(4), '012345…'],
  ['postgres://mc:pass@host/db', 'postgres://mc:…@host/db'],
])('cuts %s wherever it stands', (secret, kept) => {
  for (const format of ['text', 'json'] as const) {
    const line = write(format, (log) => log.info({ at: { url: `x ${secret} y` } }, `with ${secret}`));
    expect(line).not.toContain(secret);
    expect(line).toContain(`with ${kept}`);
    expect(line).toContain(`x ${kept} y`);
  }
});

it('leaves identifiers alone', () => {
  const id = '0199d2c4-7f3e-7abc-8def-0123456789ab';
  expect(write('text', (log) => log.info({ id }, 'kept'))).toContain(id);
});
