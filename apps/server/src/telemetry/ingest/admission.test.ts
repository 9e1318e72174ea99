import { describe, expect, it } from 'vitest';
import { createAdmission } from './admission.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the queue', () => {
  it('keeps a tenth for batches marked high', () => {
    const admission = createAdmission(1_000);
    for (const org of ['a', 'b', 'c']) admission.enter(org, 300, false);
    expect(codeOf(() => admission.enter('d', 50, false))).toBe('ingest.busy');
    expect(codeOf(() => admission.enter('d', 50, true))).toBe('accepted');
  });

  it('lets no organization hold more than three quarters of it', () => {
    const admission = createAdmission(1_000);
    admission.enter('a', 700, false);
    expect(codeOf(() => admission.enter('a', 100, false))).toBe('ingest.quota');
    expect(codeOf(() => admission.enter('b', 100, false))).toBe('accepted');
  });

  it('has room again when a batch leaves', () => {
    const admission = createAdmission(1_000);
    const room = admission.enter('a', 900, false);
    room.leave();
    expect(codeOf(() => admission.enter('a', 900, false))).toBe('accepted');
  });

  it('asks processes to slow down above half', () => {
    const admission = createAdmission(1_000);
    admission.enter('a', 500, false);
    expect(admission.throttleMs()).toBe(0);
    admission.enter('b', 250, false);
    expect(admission.throttleMs()).toBe(2_500);
  });
});

describe('the rate of a process', () => {
  it('allows forty batches at once and twenty a second', () => {
    const admission = createAdmission(1_000);
    const spend = (nowMs: number) => codeOf(() => admission.spend('p', 1, nowMs));
    expect(Array.from({ length: 40 }, () => spend(0)).every((code) => code === 'accepted')).toBe(true);
    expect(spend(0)).toBe('ingest.quota');
    expect(Array.from({ length: 20 }, () => spend(1_000)).every((code) => code === 'accepted')).toBe(true);
    expect(spend(1_000)).toBe('ingest.quota');
  });

  it('lets a large batch overdraw and waits until it is paid back', () => {
    const admission = createAdmission(1_000);
    expect(codeOf(() => admission.spend('p', 5_000, 0))).toBe('accepted');
    expect(codeOf(() => admission.spend('p', 1, 0))).toBe('ingest.quota');
    expect(codeOf(() => admission.spend('p', 1, 1_000))).toBe('accepted');
    expect(codeOf(() => admission.spend('q', 1, 0))).toBe('accepted');
  });
});
