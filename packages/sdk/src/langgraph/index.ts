export { guard } from './guard.ts';
export { type InstrumentOptions, instrument } from './instrument.ts';
