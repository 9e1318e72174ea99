import type { paths } from '@mission-control/sdk/api';
import { api, read } from '../../client.ts';
import type { GatewayCheck, GatewayHop } from '../../contract.ts';
import { readEvents } from '../../event-stream.ts';

export type GatewayCheckRequest = paths['/api/v1/gateways/check']['post']['requestBody']['content']['application/json'];

interface CheckOptions {
  signal: AbortSignal;
  /** Told of each hop as it is passed. */
  onHop: (hop: GatewayHop) => void;
}

/** Checks the way to a gateway hop by hop. */
export async function checkGateway(body: GatewayCheckRequest, { signal, onHop }: CheckOptions): Promise<GatewayCheck> {
  const answer = api.POST('/api/v1/gateways/check', {
    body,
    signal,
    parseAs: 'stream',
    headers: { accept: 'text/event-stream, application/json;q=0.5' },
  });
  const stream = await read(answer);
  const { response } = await answer;
  if (!stream) throw new Error('The server answered without a result.');
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return new Response(stream).json();
  for await (const { event, data } of readEvents(stream)) {
    if (event === 'hop') onHop(JSON.parse(data));
    if (event === 'result') return JSON.parse(data);
  }
  throw new Error('The check ended without a result. Try again.');
}
