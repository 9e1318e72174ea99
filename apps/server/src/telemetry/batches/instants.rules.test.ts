import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { formatInstant, instantOfUuid, isUuid, parseInstant, toDay } from './instants.rules.ts';

const micros = fc.integer({ min: 0, max: 4_102_444_800_000_000 });

describe('instants', () => {
  it('come back as they were written, to the microsecond', () => {
    fc.assert(
      fc.property(micros, (us) => {
        expect(parseInstant(formatInstant(us))).toBe(us);
      }),
    );
  });

  it('agree with Date where it can express them', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }), (date) => {
        expect(parseInstant(date.toISOString())).toBe(date.getTime() * 1_000);
      }),
    );
  });

  it.each([
    ['2026-03-19T08:00:01Z', 1_773_907_201_000_000],
    ['2026-03-19T08:00:01.25Z', 1_773_907_201_250_000],
    ['2026-03-19T10:00:01.250000+02:00', 1_773_907_201_250_000],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000_000],
  ])('%s is read', (text, us) => {
    expect(parseInstant(text)).toBe(us);
  });

  it.each([
    ...['', 'now', '2026-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z'],
    ...['2026-01-01 ', '2026-01-01T00:00:00', '1969-12-31T23:59:59Z', '2026-01-01T00:00:00.Z', '2026-1-1T0:0:0Z'],
    ...[null, 5, {}],
  ])('%s is no instant', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('know their UTC day', () => {
    expect(toDay(parseInstant('1970-01-02T23:59:59.999999Z') as number)).toBe(1);
  });
});

describe('UUIDv7', () => {
  it('gives the instant at which it was made', () => {
    const at = new Date('2026-03-19T08:00:01.250Z');
    expect(instantOfUuid(newId(at))).toBe(at.getTime());
  });

  it('of another version gives none', () => {
    expect(instantOfUuid('7c9e6679-7425-40de-944b-e07fc1f90ae7')).toBeUndefined();
    expect(isUuid('7c9e6679-7425-40de-944b')).toBe(false);
  });
});
