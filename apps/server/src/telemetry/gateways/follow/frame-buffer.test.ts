import { describe, expect, it } from 'vitest';
import { createFrameBuffer } from './frame-buffer.ts';

const heard = (event: string, payload: unknown) => ({ frame: { event, payload, seq: null }, heardAt: 0 });
const stage = heard('agent', { stream: 'lifecycle', data: { phase: 'start' } });
const message = heard('session.message', { message: { role: 'assistant', content: 'x' } });

describe('the frames that wait', () => {
  it('come out in order, once', () => {
    const buffer = createFrameBuffer();
    expect([buffer.add(stage), buffer.add(message), buffer.length]).toEqual([true, true, 2]);
    expect([buffer.takeAll(), buffer.takeAll()]).toEqual([[stage, message], []]);
  });

  it('above 50,000 are only those that do not come again, and above twice that none', () => {
    const buffer = createFrameBuffer();
    for (let count = 0; count < 50_000; count++) buffer.add(message);
    expect([buffer.add(stage), buffer.add(message)]).toEqual([false, true]);
    for (let count = 0; count < 50_000; count++) buffer.add(message);
    expect([buffer.add(message), buffer.length]).toEqual([false, 100_000]);
  });

  it('are bounded by their size, too', () => {
    const buffer = createFrameBuffer();
    const large = heard('session.message', { message: { role: 'user', content: 'x'.repeat(16 * 1024 * 1024) } });
    for (let count = 0; count < 4; count++) expect(buffer.add(large)).toBe(true);
    expect([buffer.add(stage), buffer.add(message)]).toEqual([false, true]);
  });
});
