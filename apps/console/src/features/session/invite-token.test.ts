import { expect, it } from 'vitest';
import { toInviteToken } from './invite-token.ts';

it('reads the secret from the link or the code, and nothing else', () => {
  expect(toInviteToken(' https://control.example.com/invite?token=abc-DEF_1 ')).toBe('abc-DEF_1');
  expect(toInviteToken('abc-DEF_1')).toBe('abc-DEF_1');
  for (const text of ['', 'https://control.example.com/invite', 'https://control.example.com/?token=', 'two words'])
    expect(toInviteToken(text), text).toBeUndefined();
});
