import { createHmac } from 'node:crypto';
import { canonicalJson } from '@mission-control/policy';

/** Says by the command key of a process that something is from us and unchanged; base64, over its RFC 8785 JSON. */
export const toMac = (key: Buffer, value: object): string =>
  createHmac('sha256', key).update(canonicalJson(value)).digest('base64');

/** The same with its `mac`. */
export const sign = <T extends object>(key: Buffer, value: T): T & { mac: string } => ({
  ...value,
  mac: toMac(key, value),
});
