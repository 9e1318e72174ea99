/** What a status call says of the gateway that it means. */
export interface StatusTarget {
  gatewayId: string | null;
  url: string;
  token: string | null;
  allow_insecure_tls: boolean;
  disable_device_pairing: boolean;
}

/** What was asked for; absent fields are to be filled. */
export interface AskedTarget {
  url: string;
  token?: string | undefined;
  allow_insecure_tls?: boolean | undefined;
  disable_device_pairing?: boolean | undefined;
}

/**
 * How to reach the gateway that a status call names. What is missing comes from the gateway saved under exactly that
 * URL; what was said wins. A saved token never goes to another URL.
 */
export function toStatusTarget(asked: AskedTarget, saved: StatusTarget | undefined): StatusTarget {
  const known = saved?.url === asked.url ? saved : undefined;
  return {
    gatewayId: known?.gatewayId ?? null,
    url: asked.url,
    token: asked.token?.trim() || (known?.token ?? null),
    allow_insecure_tls: asked.allow_insecure_tls ?? known?.allow_insecure_tls ?? false,
    disable_device_pairing: asked.disable_device_pairing ?? known?.disable_device_pairing ?? false,
  };
}
