/** A process of scripted gateways: prints their addresses as one line of JSON and stays until its input ends. */
import { startScriptedGateway } from '../../apps/server/test/gateway/scripted-gateway.ts';

const count = Number(process.argv[2] ?? 1);
const gateways = await Promise.all(Array.from({ length: count }, () => startScriptedGateway({ settleMs: 50 })));
console.log(JSON.stringify(gateways.map(({ url, token }) => ({ url, token }))));

process.stdin.resume().on('end', () => process.exit(0));
