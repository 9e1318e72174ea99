import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeAddress } from './addresses.ts';
import { findLiteralAddress, parseTarget } from './targets.ts';

/** As a request would: through the parser of addresses. */
const judgeHost = (host: string) => {
  const literal = findLiteralAddress(parseTarget(`http://${host}/`));
  return literal === undefined ? 'name' : judgeAddress(literal);
};

describe('an address', () => {
  it.each([
    ...[
      '8.8.8.8',
      '140.82.112.3',
      '1.1.1.1',
      '172.15.0.1',
      '172.32.0.1',
      '100.63.0.1',
      '100.128.0.1',
      '223.255.255.255',
    ],
    ...['2606:4700::1111', '2a00:1450:4001::1', '2001:4860:4860::8888'],
  ])('%s is public', (address) => expect(judgeAddress(address)).toBe('public'));

  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '172.16.0.1', '172.31.255.255'],
    ...['192.168.1.1', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.1.1.1'],
    ...['240.0.0.1', '255.255.255.255', '192.0.0.8'],
    ...['::', '::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', '2001:db8::1', '2001::1', '64:ff9b::808:808', '100::1'],
    ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '2002:0a00:0001::', 'fec0::1', '3fff::1'],
  ])('%s is private', (address) => expect(judgeAddress(address)).toBe('private'));

  it.each([
    ...['169.254.169.254', '169.254.0.1', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
    ...['fe80::1', 'fe80::1%eth0', 'febf::1', 'fd00:ec2::254', 'fd20:ce::254'],
    ...['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '::169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::'],
  ])('%s is never called', (address) => expect(judgeAddress(address)).toBe('forbidden'));
});

describe('a host', () => {
  it.each([
    ...['2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '017700000001', '127.1', '127.0.1', '127.0.0.1.'],
    ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '①②⑦.⓪.⓪.①', '127%2e0%2e0%2e1'],
  ])('%s is the private address that it means', (host) => expect(judgeHost(host)).toBe('private'));

  it.each(['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518', '[::ffff:a9fe:a9fe]'])(
    '%s is the metadata address that it means',
    (host) => expect(judgeHost(host)).toBe('forbidden'),
  );

  it.each(['localhost', 'localhost.', 'metadata.google.internal', 'example.com', '1.2.3.4.example'])(
    '%s is a name, to be judged by what it resolves to',
    (host) => expect(judgeHost(host)).toBe('name'),
  );

  it('is judged the same however its IPv4 address is written', () => {
    const byte = fc.nat({ max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const value = ((a * 256 + b) * 256 + c) * 256 + d;
        const expected = judgeAddress(`${a}.${b}.${c}.${d}`);
        const octal = [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.');
        const hex = `0x${value.toString(16)}`;
        const short = `${a}.${b}.${c * 256 + d}`;
        for (const host of [String(value), hex, octal, short]) expect(judgeHost(host)).toBe(expected);
        expect(judgeHost(`[::ffff:${a}.${b}.${c}.${d}]`)).toBe(expected === 'forbidden' ? 'forbidden' : 'private');
      }),
    );
  });
});

describe('a target', () => {
  it.each([
    ...['ftp://example.com', 'file:///etc/passwd', 'gopher://example.com', 'ws://example.com', 'javascript:alert(1)'],
    ...['//example.com', 'example.com', '', 'http://user@example.com', 'https://:secret@example.com', 'http://'],
  ])('%s is refused', (text) =>
    expect(() => parseTarget(text)).toThrow(expect.objectContaining({ code: 'target.forbidden' })),
  );
});
