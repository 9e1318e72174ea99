import type { LeaseDesk } from './lease-desk.ts';
import type { Price } from './spending.ts';

/** A model as it is called. */
export interface ModelName {
  provider: string | undefined;
  model: string;
}

/** What models cost, for rules that ask what a run has cost so far. */
export interface PriceBook {
  /** Asks in the background: the price is there when the model has answered. */
  learn: (name: ModelName) => void;
  /** Undefined while it is not known, or nobody knows it. */
  find: (name: ModelName) => Price | undefined;
}

export function createPriceBook({ findPrice }: Pick<LeaseDesk, 'findPrice'>): PriceBook {
  const known = new Map<string, Price | null>();
  const asked = new Set<string>();
  return {
    learn({ provider, model }) {
      const key = toKey({ provider, model });
      if (known.has(key) || asked.has(key)) return;
      asked.add(key);
      void findPrice(provider, model).then((price) => {
        asked.delete(key);
        if (price !== undefined) known.set(key, price);
      });
    },
    find: (name) => known.get(toKey(name)) ?? undefined,
  };
}

const toKey = ({ provider, model }: ModelName): string => `${provider ?? ''}/${model}`;
