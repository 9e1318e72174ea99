import type { LeaseDesk } from './lease-desk.ts';
import type { Price } from './spending.ts';

/** A model as it is called. */
export interface ModelName {
  provider: string | undefined;
  model: string;
}

/** What models cost, each asked for once. */
export interface PriceBook {
  /** Null for a model whose price nobody knows, undefined while it is not known whether somebody does. */
  find: (name: ModelName) => Price | null | undefined;
  /** As `find`, after the server was asked; undefined when it does not answer. */
  ask: (name: ModelName) => Promise<Price | null | undefined>;
}

export function createPriceBook({ findPrice }: Pick<LeaseDesk, 'findPrice'>): PriceBook {
  const known = new Map<string, Price | null>();
  const asked = new Map<string, Promise<Price | null | undefined>>();
  const askServer = async ({ provider, model }: ModelName, key: string) => {
    const price = await findPrice(provider, model);
    asked.delete(key);
    if (price !== undefined) known.set(key, price);
    return price;
  };
  return {
    find: (name) => known.get(toKey(name)),
    ask(name) {
      const key = toKey(name);
      const price = known.get(key);
      if (price !== undefined) return Promise.resolve(price);
      const asking = asked.get(key) ?? askServer(name, key);
      asked.set(key, asking);
      return asking;
    },
  };
}

const toKey = ({ provider, model }: ModelName): string => `${provider ?? ''}/${model}`;
