import type { Context } from '#server/platform/context.ts';

/** The place that a gateway's token is bound to. */
export const tokenPlaceOf = (gatewayId: string): string => `gateways.token_enc:${gatewayId}`;

/** A gateway's token in clear: for a dial, never for an answer. */
export const openToken = ({ secrets }: Pick<Context, 'secrets'>, id: string, token_enc: Buffer | null): string | null =>
  token_enc && secrets.decrypt(token_enc, tokenPlaceOf(id));
