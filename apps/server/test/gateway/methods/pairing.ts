import { randomBytes } from 'node:crypto';
import { invalid, type PairedDevice, type World } from '../world.ts';
import { type Method, type Params, text } from './method.ts';

/** Lets a device in that asked to be paired. */
export function approveDevice(world: World, requestId: string): PairedDevice {
  const pending = world.pendingDevices.get(requestId);
  if (!pending) throw invalid(`unknown requestId: ${requestId}`);
  const { deviceId, publicKey, scopes, role } = pending;
  const device = { deviceId, publicKey, scopes, role, deviceToken: randomBytes(32).toString('base64url') };
  world.pendingDevices.delete(requestId);
  world.pairedDevices.set(deviceId, device);
  world.emit('device.pair.resolved', { requestId, deviceId, decision: 'approved', ts: Date.now() });
  return device;
}

function approve(world: World, params: Params): unknown {
  const { deviceToken: _, ...device } = approveDevice(world, text(params.requestId));
  return { requestId: params.requestId, device };
}

function revoke(world: World, params: Params): unknown {
  const device = world.pairedDevices.get(text(params.deviceId));
  if (!device) throw invalid('unknown device');
  device.deviceToken = '';
  return { ok: true };
}

const list = ({ pendingDevices, pairedDevices }: World): unknown => ({
  pending: [...pendingDevices.values()],
  paired: [...pairedDevices.values()].map(({ deviceToken: _, ...device }) => device),
});

export const pairingMethods: Record<string, Method> = {
  'device.pair.list': { scope: 'pairing', required: [], answer: list },
  'device.pair.approve': { scope: 'pairing', required: ['requestId'], answer: approve },
  'device.token.revoke': { scope: 'pairing', required: ['deviceId', 'role'], answer: revoke },
};
