import { describe, expect, it } from 'vitest';
import { checkToken, toSafeReturn } from './sign-in.ts';

describe('checkToken', () => {
  it('complains about a missing or cut token before it is sent', () => {
    expect(checkToken('  ')).toMatch(/Paste a token/);
    expect(checkToken('abc')).toMatch(/this one has 3/);
    expect(checkToken('x'.repeat(64))).toBeUndefined();
    expect(checkToken('mcp_short-but-personal')).toBeUndefined();
  });
});

describe('toSafeReturn', () => {
  it('goes back to a path of this site', () => {
    expect(toSafeReturn('/runs?status=error')).toBe('/runs?status=error');
  });

  it.each([undefined, 'https://evil.example', '//evil.example', '/\\evil.example', 'runs', '/sign-in?from=/x'])(
    'goes to the overview instead of %s',
    (from) => {
      expect(toSafeReturn(from)).toBe('/dashboard');
    },
  );
});
