import type { FastifyReply } from 'fastify';
import { problems, type Routes } from '#server/platform/http/route.ts';
import { LeaseAcquire, LeaseAnswer, LeasePrice, LeasePriceQuery, LeaseRenew, LeaseReturn } from './leases.schema.ts';
import { acquireLease, getPrice, type Leases, releaseLease, renewLease } from './leases.service.ts';

const tags = ['leases'];
const config = { access: 'leases:use' };

export const leasesRoutes =
  (leases: Leases): Routes =>
  (router) => {
    router.post(
      '/leases/acquire',
      {
        config,
        schema: {
          operationId: 'acquireLease',
          tags,
          summary: 'Reserve a share of a budget, or a place, in all scopes that it counts in, or in none.',
          body: LeaseAcquire,
          response: { 200: LeaseAnswer, ...problems(404) },
        },
      },
      ({ ctx, body }, reply) => acquireLease(leases, ctx, body, untilGone(reply, ctx.stopping)),
    );

    router.get(
      '/leases/price',
      {
        config,
        schema: {
          operationId: 'getLeasePrice',
          tags,
          summary: 'What a model costs, for what a call must reserve of a budget in US dollars.',
          querystring: LeasePriceQuery,
          response: { 200: LeasePrice },
        },
      },
      async ({ query: { provider, model } }) => getPrice(leases, provider, model),
    );

    router.post(
      '/leases/renew',
      {
        config,
        schema: {
          operationId: 'renewLease',
          tags,
          summary: 'Tell what was used of a lease, keep it and fill it up.',
          body: LeaseRenew,
          response: { 200: LeaseAnswer, ...problems(404, 409) },
        },
      },
      ({ ctx, body }) => renewLease(leases, ctx, body),
    );

    router.post(
      '/leases/release',
      {
        config,
        schema: {
          operationId: 'releaseLease',
          tags,
          summary: 'Tell what was used of a lease and give the rest back.',
          body: LeaseReturn,
          response: { 200: LeaseAnswer, ...problems(404) },
        },
      },
      ({ ctx, body }) => releaseLease(leases, ctx, body),
    );
  };

/** Nobody waits for a caller that has hung up, or in a server that closes. */
function untilGone(reply: FastifyReply, stopping: AbortSignal | undefined): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return stopping ? AbortSignal.any([gone.signal, stopping]) : gone.signal;
}
