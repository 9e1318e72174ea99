export { canonicalJson } from './canonical.ts';
export {
  type Capability,
  type CapabilityCall,
  type CapabilityCheck,
  type CapabilityCode,
  type CapabilityDecision,
  type CapabilityTool,
  createCapabilityCheck,
} from './capability.ts';
export { compileGlob, compileGlobs, type NameMatcher } from './globs.ts';
export { FIELD_LIMIT_BYTES, type TruncatedText, truncateText } from './truncate.ts';
