// Generated from packages/policy by `npm run generate`; do not edit.

// packages/policy/src/evaluate/approvals.ts
var DEFAULT = {
  ...{ from: [], k: 1, joint: [], exclude_owner: false },
  ...{ timeout_s: 1800, on_timeout: "deny", grant: "call" }
};
function mergeApprovals(matches2, rules) {
  const asking = matches2.filter(({ verdict }) => verdict === "require_approval");
  return asking.length === 0 ? void 0 : joinApprovals(asking.map(({ rule }) => rules.get(rule)?.rule.approval));
}
function joinApprovals(asked) {
  const [first = DEFAULT, ...others] = asked.map((approval) => ({ ...DEFAULT, ...approval }));
  return others.reduce(merge, first);
}
var merge = (a, b) => ({
  ...a,
  from: [.../* @__PURE__ */ new Set([...a.from, ...b.from])],
  k: Math.max(a.k, b.k),
  joint: [.../* @__PURE__ */ new Set([...a.joint, ...b.joint])],
  exclude_owner: a.exclude_owner || b.exclude_owner,
  timeout_s: Math.min(a.timeout_s, b.timeout_s),
  on_timeout: a.on_timeout === "allow" ? b.on_timeout : a.on_timeout,
  ...mergeGrants(a, b)
});
function mergeGrants(a, b) {
  if (a.grant === "call" || b.grant === "call") return { grant: "call" };
  const uses = [a.max_uses, b.max_uses].filter((most) => most !== void 0);
  return {
    grant: "shape",
    shape: [.../* @__PURE__ */ new Set([...a.shape ?? [], ...b.shape ?? []])],
    ...uses.length > 0 && { max_uses: Math.min(...uses) }
  };
}

// packages/policy/src/canonical.ts
var MAX_DEPTH = 1e3;
var LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
function canonicalJson(value) {
  return write(value, 0) ?? "null";
}
function write(value, depth) {
  switch (typeof value) {
    case "string":
      return writeString(value);
    case "number":
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null ? "null" : writeObject(value, depth);
    case "bigint":
      throw new TypeError("a bigint has no JSON form");
    default:
      return void 0;
  }
}
function writeString(text) {
  if (LONE_SURROGATE.test(text)) throw new TypeError("a lone surrogate has no canonical JSON form");
  return JSON.stringify(text);
}
function writeObject(value, depth) {
  if (depth >= MAX_DEPTH) throw new TypeError(`nested deeper than ${MAX_DEPTH}`);
  if ("toJSON" in value && typeof value.toJSON === "function") return write(value.toJSON(), depth + 1);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1) ?? "null").join(",")}]`;
  const record = value;
  let members = "";
  for (const key of Object.keys(record).sort()) {
    const text = write(record[key], depth + 1);
    if (text !== void 0) members += `${members ? "," : ""}${writeString(key)}:${text}`;
  }
  return `{${members}}`;
}

// packages/policy/src/evaluate/conditions/truth.ts
var FALSE = 0;
var TRUE = 1;
var UNKNOWN = 2;
var toTruth = (value) => value ? TRUE : FALSE;
var negate = (value) => value === UNKNOWN ? UNKNOWN : value === TRUE ? FALSE : TRUE;
function allHold(items, test) {
  let result = TRUE;
  for (const item of items) {
    const truth = test(item);
    if (truth === FALSE) return FALSE;
    if (truth === UNKNOWN) result = UNKNOWN;
  }
  return result;
}
function anyHolds(items, test) {
  let result = FALSE;
  for (const item of items) {
    const truth = test(item);
    if (truth === TRUE) return TRUE;
    if (truth === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

// packages/policy/src/evaluate/conditions/paths.ts
var MISSING = /* @__PURE__ */ Symbol("missing");
var HIDDEN = /* @__PURE__ */ Symbol("hidden");
var encoder = new TextEncoder();
function compilePath({ s, fn }, test) {
  const asked = fn === void 0 ? test : (value) => test(applyFunction(fn, value));
  return s.reduceRight((next, segment) => walk(segment, next), asked);
}
function walk(segment, next) {
  if (typeof segment === "string")
    return (value) => next(isRecord(value) && Object.hasOwn(value, segment) ? value[segment] : toAbsent(value));
  if (typeof segment === "number")
    return (value) => next(Array.isArray(value) && segment < value.length ? value[segment] : toAbsent(value));
  if ("all" in segment) return (value) => Array.isArray(value) ? allHold(value, next) : next(toAbsent(value));
  return (value) => Array.isArray(value) ? anyHolds(value, next) : next(toAbsent(value));
}
var toAbsent = (value) => value === HIDDEN ? HIDDEN : MISSING;
var isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
function applyFunction(fn, value) {
  if (value === MISSING || value === HIDDEN) return value;
  if (fn === "bytes") return countBytes(value);
  if (Array.isArray(value)) return value.length;
  return isRecord(value) ? Object.keys(value).length : MISSING;
}
function countBytes(value) {
  try {
    return encoder.encode(canonicalJson(value)).length;
  } catch {
    return MISSING;
  }
}
var whenPresent = (test) => (value) => value === MISSING || value === HIDDEN ? UNKNOWN : test(value);
function formatPath({ s, fn, from }) {
  const written = s.map((segment, i) => {
    if (typeof segment === "number") return `[${segment}]`;
    if (typeof segment === "object") return "all" in segment ? "[*]" : "[?]";
    const name = /^[\w-]+$/.test(segment) ? segment : `"${segment}"`;
    return i === 0 ? name : `.${name}`;
  }).join("");
  const path = written === "" && from === "args" ? "$" : written;
  return fn === void 0 ? path : `${fn}(${path})`;
}

// packages/policy/src/globs.ts
function compileGlob(pattern) {
  if (!/[*?]/.test(pattern)) return (name) => name === pattern;
  if (pattern === "**") return () => true;
  const tokens = tokenize(pattern);
  return (name) => matches(tokens, name);
}
function compileGlobs(patterns) {
  const names = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)));
  const globs = patterns.filter((pattern) => !names.has(pattern)).map(compileGlob);
  return (name) => names.has(name) || globs.some((glob) => glob(name));
}
function tokenize(pattern) {
  const tokens = [];
  for (const [text] of pattern.matchAll(/\*\*+|[\s\S]/gu)) {
    if (text.startsWith("**")) tokens.push({ any: "path" });
    else if (text === "*") tokens.push({ any: "segment" });
    else if (text === "?") tokens.push({ any: "character" });
    else tokens.push({ one: text });
  }
  return tokens;
}
function matches(tokens, name) {
  let states = new Uint8Array(tokens.length + 1);
  enter(states, 0, tokens);
  for (const character of name) {
    const next = new Uint8Array(tokens.length + 1);
    tokens.forEach((token, i) => {
      if (!states[i] || !accepts(token, character)) return;
      enter(next, isRun(token) ? i : i + 1, tokens);
    });
    states = next;
  }
  return states[tokens.length] === 1;
}
function enter(states, state, tokens) {
  for (let i = state; states[i] !== 1; i++) {
    states[i] = 1;
    const token = tokens[i];
    if (!token || !isRun(token)) return;
  }
}
var isRun = (token) => "any" in token && token.any !== "character";
var accepts = (token, character) => "one" in token ? token.one === character : token.any === "path" || character !== "/";

// packages/policy/src/capability.ts
var ALLOW = Object.freeze({ verdict: "allow" });
var WORDS = {
  tool: "tool",
  store: "data store",
  subagent: "sub-agent",
  model: "model"
};
function createCapabilityCheck(capability, agent) {
  if (capability.mode === "off") return () => ALLOW;
  const verdict = capability.mode === "enforce" ? "block" : "would_have";
  const declared = toMatchers(capability);
  return ({ kind, name }) => {
    if (declared[kind](name)) return ALLOW;
    const explanation = `${agent} has not declared the ${WORDS[kind]} ${JSON.stringify(name)} in its manifest.`;
    return { verdict, code: `capability.${kind}_undeclared`, explanation };
  };
}
function toMatchers(capability) {
  const tools = new Set(capability.tools.map((tool) => tool.name));
  const subagents = new Set(capability.subagents);
  return {
    tool: (name) => tools.has(name),
    store: compileGlobs(capability.stores),
    subagent: (slug) => subagents.has(slug),
    model: capability.models ? compileGlobs(capability.models) : () => true
  };
}

// packages/policy/src/evaluate/call.ts
var STAGES = ["control", "capability", "breaker", "deny", "where", "approval", "limit", "allow"];

// packages/policy/src/evaluate/supported.ts
var KINDS = {
  ...{ tools: true, limits: true, concurrency: true, breaker: true },
  ...{ escalate: true, sequence: true, data: true, models: true }
};
var RULE_KINDS = Object.keys(KINDS);
var OPS = {
  ...{ eq: true, ne: true, in: true, not_in: true, lt: true, lte: true, gt: true, gte: true },
  ...{ matches: true, glob: true, starts_with: true, domain_in: true, cidr_in: true },
  ...{ within_path: true, max_len: true, type: true, exists: true }
};
var isSupported = (rule) => Object.hasOwn(KINDS, rule.kind) && listExpressions(rule).every(isKnown);
var listExpressions = (rule) => Object.entries(rule).flatMap(
  ([key, value]) => /^(where|when)/.test(key) && value !== void 0 ? [value] : []
);
function isKnown(expr) {
  if ("and" in expr) return expr.and.every(isKnown);
  if ("or" in expr) return expr.or.every(isKnown);
  if ("not" in expr) return isKnown(expr.not);
  return Object.hasOwn(OPS, expr.op);
}

// packages/policy/src/evaluate/judge.ts
var toUnknown = (truth) => truth === UNKNOWN ? { unknown: true } : {};
function createJudge(loaded) {
  if (!isSupported(loaded.rule)) return () => ({ stage: "deny", verdict: "block", code: "ir.unsupported", failed: [] });
  switch (loaded.rule.kind) {
    case "tools":
      return judgeTools(loaded);
    case "data":
      return judgeData(loaded);
    case "models":
      return judgeModels(loaded);
    case "sequence":
      return judgeSequence(loaded);
    case "escalate":
      return judgeEscalation(loaded);
    case "limits":
      return judgeLimits(loaded);
    case "breaker":
      return judgeBreaker(loaded);
    default:
      return void 0;
  }
}
var toFacts = (call) => ({ args: call.args, ctx: { tool: call.name, ...call.ctx } });
var fails = (code, verdict, failed = []) => ({
  stage: code === "tools.where" || code.startsWith("sequence") ? "where" : "deny",
  verdict,
  code,
  failed
});
function judgeTools({ rule, isAbout, isDenied, condition }) {
  if (rule.kind !== "tools") return void 0;
  const { action, match } = rule;
  const acts = condition !== void 0 || match !== void 0 && match.length > 0;
  return (call) => {
    if (call.kind !== "tool") return void 0;
    if (isDenied?.(call.name)) return fails("tools.deny", "block");
    if (!acts || !isAbout(call.name)) return void 0;
    const facts = { args: call.args, ctx: call.ctx };
    const truth = condition?.test(facts);
    if (truth === TRUE) return void 0;
    return { ...fails("tools.where", action, condition?.findFailed(facts) ?? []), ...toUnknown(truth) };
  };
}
function judgeData({ data }) {
  const isIn = (list, is) => list?.find((store) => is?.(store) === true);
  const isOut = (list, is) => is && list?.find((store) => !is(store));
  return ({ stores }) => {
    if (!stores) return void 0;
    const denied = isIn(stores.read, data?.isDenied) ?? isIn(stores.write, data?.isDenied);
    if (denied !== void 0) return fails("data.deny", "block", [toStoreLeaf(denied, "not in the denied stores")]);
    const read = isOut(stores.read, data?.isRead);
    if (read !== void 0) return fails("data.read", "block", [toStoreLeaf(read, "in the stores to read")]);
    const written = isOut(stores.write, data?.isWritten);
    return written === void 0 ? void 0 : fails("data.write", "block", [toStoreLeaf(written, "in the stores to write")]);
  };
}
var toStoreLeaf = (store, expected) => ({
  path: "store",
  op: "in",
  expected,
  actual: store
});
function judgeModels({ isAllowed, isDenied }) {
  return ({ kind, name }) => {
    if (kind !== "model") return void 0;
    if (isDenied?.(name)) return fails("models.deny", "block");
    return isAllowed && !isAllowed(name) ? fails("models.allow", "block") : void 0;
  };
}
function judgeSequence({ rule, sequence }) {
  if (rule.kind !== "sequence" || !sequence) return void 0;
  const { bit, isGuarded, guardedWhere } = sequence;
  const needsPast = rule.form === "require";
  return (call, { past }) => {
    if (call.kind !== "tool" || !isGuarded(call.name) || past?.seen[bit] === 1 === needsPast) return void 0;
    const truth = guardedWhere?.test(toFacts(call));
    return truth === FALSE ? void 0 : { ...fails(`sequence.${rule.form}`, "block"), ...toUnknown(truth) };
  };
}
var MOMENTS = {
  ...{ tool: "tool", model: "", store: "" },
  ...{ output: "output", task_end: "task_end" }
};
function judgeEscalation({ rule, condition }) {
  if (rule.kind !== "escalate") return void 0;
  return (call) => {
    if (MOMENTS[call.kind] !== rule.before) return void 0;
    const facts = toFacts(call);
    const truth = condition?.test(facts);
    if (truth === FALSE) return void 0;
    return { stage: "approval", verdict: "require_approval", code: "escalate.when", failed: [], ...toUnknown(truth) };
  };
}
var LIMITS = ["tokens", "cost_usd", "tool_calls", "llm_calls", "duration_ms"];
var EXCEEDED = {
  block: "block",
  pause: "block",
  escalate: "require_approval",
  warn: "warn"
};
var NOTHING_USED = Object.freeze({});
function judgeLimits({ rule, ref }) {
  if (rule.kind !== "limits") return void 0;
  const { warn_at, on_exceed } = rule;
  const limits = LIMITS.flatMap((name) => {
    const limit = rule[name];
    return limit === void 0 ? [] : [{ name, limit, on_exceed, ...warn_at === void 0 ? {} : { warn_at } }];
  });
  return (call, { usage }) => {
    const used = usage?.get(ref) ?? NOTHING_USED;
    for (const limit of limits) {
      const finding = judgeLimit(call, used, limit);
      if (finding) return finding;
    }
    return void 0;
  };
}
function judgeLimit(call, used, { name, limit, warn_at, on_exceed }) {
  const before = used[name] ?? 0;
  const isCount = name === "tool_calls" || name === "llm_calls";
  const cost = toCost(call, name);
  if (isCount && cost === 0) return void 0;
  const after = before + cost;
  const isOver = isCount ? after > limit : before >= limit;
  const isNear = warn_at !== void 0 && after >= limit * warn_at;
  if (!isOver && !isNear) return void 0;
  const verdict = isOver ? EXCEEDED[on_exceed] ?? "block" : "warn";
  const failed = [{ path: name, op: "lte", expected: limit, actual: isOver ? before : after }];
  return { stage: "limit", verdict, code: `limits.${name}`, failed };
}
var toCost = ({ kind }, name) => Number(name === "tool_calls" && kind === "tool" || name === "llm_calls" && kind === "model");
function judgeBreaker({ ref, rule }) {
  return (call, { openBreakers }) => {
    const isGuarded = call.kind === "tool" || call.kind === "model";
    if (!isGuarded || !openBreakers?.has(ref)) return void 0;
    return {
      stage: "breaker",
      verdict: "block",
      code: `breaker.${rule.kind === "breaker" ? rule.watch : ""}`,
      failed: []
    };
  };
}

// packages/policy/src/patterns/match.ts
var MAX_CODE_POINTS = 4096;
function createMatcher({ n, k, r, t, a }) {
  const accepting = new Uint8Array(n);
  for (const state of a) accepting[state] = 1;
  const next = Int16Array.from(t);
  const ascii = Int8Array.from({ length: 128 }, (_, code) => findClass(r, code));
  const step = (state, code) => {
    const kind = code < 128 ? ascii[code] ?? -1 : findClass(r, code);
    return kind === -1 ? -1 : next[state * k + kind] ?? -1;
  };
  return (text) => {
    if (text.length > MAX_CODE_POINTS && countCodePoints(text) > MAX_CODE_POINTS) return void 0;
    let state = 0;
    for (let i = 0; i < text.length && state !== -1; i++) {
      const code = text.codePointAt(i) ?? 0;
      if (code > 65535) i++;
      state = step(state, code);
    }
    return accepting[state] === 1;
  };
}
function findClass(ranges, code) {
  let low = 0;
  let high = ranges.length / 3 - 1;
  while (low <= high) {
    const middle = low + high >> 1;
    if (code < (ranges[middle * 3] ?? 0)) high = middle - 1;
    else if (code > (ranges[middle * 3 + 1] ?? 0)) low = middle + 1;
    else return ranges[middle * 3 + 2] ?? -1;
  }
  return -1;
}
function countCodePoints(text) {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

// packages/policy/src/evaluate/conditions/hosts.ts
var lastAsked = { value: "", host: void 0 };
function toHost(value) {
  if (lastAsked.value !== value) lastAsked = { value, host: parseHost(value) };
  return lastAsked.host;
}
function parseHost(value) {
  if (value.length > 4096) return void 0;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
    return toAscii(/^[^:]+:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:\\]*)/.exec(value)?.[1]);
  const at = value.lastIndexOf("@");
  return at > 0 && !/\s/.test(value) ? toAscii(value.slice(at + 1)) : void 0;
}
function toAscii(name) {
  if (!name || /[\s/?#@:\\]/.test(name.replace(/^\[[^\]]*\]$/, ""))) return void 0;
  try {
    return new URL(`http://${name}/`).hostname.replace(/\.$/, "") || void 0;
  } catch {
    return void 0;
  }
}
function parseAddress(text) {
  const four = parseIpv4(text);
  if (four !== void 0) return { value: four, bits: 32 };
  const six = parseIpv6(text);
  return six === void 0 ? void 0 : { value: six, bits: 128 };
}
function parseIpv4(text) {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (!parts || parts.some((part) => Number(part) > 255 || part.length > 1 && part.startsWith("0"))) return void 0;
  return parts.reduce((sum, part) => sum << 8n | BigInt(part), 0n);
}
function parseIpv6(text) {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const four = embedded?.[2] === void 0 ? void 0 : parseIpv4(embedded[2]);
  if (embedded && four === void 0) return void 0;
  const plain = four === void 0 ? text : `${embedded?.[1]}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  const halves = plain.split("::");
  if (halves.length > 2) return void 0;
  const [head = [], tail] = halves.map((half) => half === "" ? [] : half.split(":"));
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === void 0 ? missing !== 0 : missing < 1) return void 0;
  const groups = [...head, ...Array.from({ length: tail ? missing : 0 }, () => "0"), ...tail ?? []];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return void 0;
  return groups.reduce((sum, group) => sum << 16n | BigInt(`0x${group}`), 0n);
}
function createCidrTest(cidr) {
  const [written = "", length, ...rest] = cidr.split("/");
  const network = parseAddress(written);
  const width = length === void 0 ? network?.bits : /^\d{1,3}$/.test(length) ? Number(length) : void 0;
  if (!network || width === void 0 || width > network.bits || rest.length > 0) return void 0;
  const shift = BigInt(network.bits - width);
  return (text) => {
    const address = parseAddress(text);
    return address && address.bits === network.bits && address.value >> shift === network.value >> shift;
  };
}
function isWithinPath(path, folder) {
  const [inner, outer] = [resolvePath(path), resolvePath(folder)];
  if (!inner || !outer || path.startsWith("/") !== folder.startsWith("/")) return false;
  return outer.every((part, i) => inner[i] === part);
}
function resolvePath(path) {
  if (path.includes("\0")) return void 0;
  const parts = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === void 0) return void 0;
  }
  return parts;
}

// packages/policy/src/evaluate/conditions/leaves.ts
var ofNumber = (test) => whenPresent((value) => typeof value === "number" && Number.isFinite(value) ? toTruth(test(value)) : UNKNOWN);
var ofText = (test) => whenPresent((value) => {
  const holds = typeof value === "string" ? test(value) : void 0;
  return holds === void 0 ? UNKNOWN : toTruth(holds);
});
function compileLeaf(leaf, findMatcher) {
  switch (leaf.op) {
    case "eq":
    case "ne":
      return compileEquality(leaf.v, leaf.op === "eq");
    case "in":
    case "not_in":
      return compileMembership(leaf.v, leaf.op === "in");
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return compileOrder(leaf.op, leaf.v);
    case "max_len":
      return ofText((text) => text.length <= leaf.v || countCodePoints(text) <= leaf.v);
    case "matches":
    case "glob":
      return ofText(findMatcher(leaf.v));
    case "starts_with":
      return ofText((text) => text.startsWith(leaf.v));
    case "within_path":
      return ofText((text) => isWithinPath(text, leaf.v));
    case "domain_in":
      return compileDomains(leaf.v.map(findMatcher));
    case "cidr_in":
      return compileNetworks(leaf.v);
    case "type":
      return whenPresent((value) => toTruth(isOfType(value, leaf.v)));
    case "exists":
      return (value) => value === HIDDEN ? UNKNOWN : toTruth(value !== MISSING === leaf.v);
    default:
      return () => UNKNOWN;
  }
}
function compileOrder(op, limit) {
  if (op === "lt") return ofNumber((value) => value < limit);
  if (op === "lte") return ofNumber((value) => value <= limit);
  if (op === "gt") return ofNumber((value) => value > limit);
  return ofNumber((value) => value >= limit);
}
function compileEquality(expected, isEqual) {
  const equals = toComparison(expected);
  return whenPresent((value) => {
    const same = equals(value);
    return same === void 0 ? UNKNOWN : toTruth(same === isEqual);
  });
}
function compileMembership(expected, isIn) {
  const plain = new Set(expected.filter((item) => typeof item !== "object" || item === null));
  const deep = expected.filter((item) => typeof item === "object" && item !== null).map(toComparison);
  return whenPresent((value) => {
    if (plain.has(value)) return toTruth(isIn);
    for (const equals of deep) {
      const same = equals(value);
      if (same === void 0) return UNKNOWN;
      if (same) return toTruth(isIn);
    }
    return toTruth(!isIn);
  });
}
function toComparison(expected) {
  if (typeof expected !== "object" || expected === null) return (value) => value === expected;
  const text = canonicalJson(expected);
  return (value) => {
    if (typeof value !== "object" || value === null) return false;
    try {
      return canonicalJson(value) === text;
    } catch {
      return void 0;
    }
  };
}
function compileDomains(names) {
  return ofText((text) => {
    const host = toHost(text);
    return host === void 0 ? void 0 : names.some((name) => name(host) === true);
  });
}
function compileNetworks(networks) {
  const tests = networks.map(createCidrTest);
  return ofText((text) => {
    const answers = tests.map((test) => test?.(text));
    return answers.includes(true) ? true : answers.every((answer) => answer === void 0) ? void 0 : false;
  });
}
function isOfType(value, type) {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

// packages/policy/src/evaluate/conditions/expressions.ts
function compileExpression(expr, findMatcher) {
  if ("and" in expr) return compileAll(expr.and, findMatcher);
  if ("or" in expr) return compileAny(expr.or, findMatcher);
  if ("not" in expr) return compileNot(expr.not, findMatcher);
  return compileLeafAt(expr, findMatcher);
}
function compileAll(parts, findMatcher) {
  const conditions = parts.map((part) => compileExpression(part, findMatcher));
  return {
    test: (facts) => allHold(conditions, ({ test }) => test(facts)),
    findFailed: (facts) => conditions.flatMap(({ findFailed }) => findFailed(facts))
  };
}
function compileAny(parts, findMatcher) {
  const conditions = parts.map((part) => compileExpression(part, findMatcher));
  const test = (facts) => anyHolds(conditions, (condition) => condition.test(facts));
  return {
    test,
    findFailed: (facts) => test(facts) === TRUE ? [] : conditions.flatMap(({ findFailed }) => findFailed(facts))
  };
}
function compileNot(part, findMatcher) {
  const condition = compileExpression(part, findMatcher);
  const descriptions = listLeaves(part).map((leaf) => createDescription(leaf, "not "));
  return {
    test: (facts) => negate(condition.test(facts)),
    findFailed: (facts) => condition.test(facts) === FALSE ? [] : descriptions.map((describe) => describe(facts))
  };
}
function compileLeafAt(leaf, findMatcher) {
  const walk2 = compilePath(leaf.p, compileLeaf(leaf, findMatcher));
  const test = leaf.p.from === "args" ? (facts) => walk2(facts.args) : (facts) => walk2(facts.ctx);
  const describe = createDescription(leaf, "");
  return { test, findFailed: (facts) => test(facts) === TRUE ? [] : [describe(facts)] };
}
var listLeaves = (expr) => {
  if ("and" in expr) return expr.and.flatMap(listLeaves);
  if ("or" in expr) return expr.or.flatMap(listLeaves);
  return "not" in expr ? listLeaves(expr.not) : [expr];
};
function createDescription(leaf, prefix) {
  const path = formatPath(leaf.p);
  const op = `${prefix}${leaf.op}`;
  const isMany = leaf.p.s.some((segment) => typeof segment === "object");
  let found = [];
  const walk2 = compilePath(leaf.p, (value) => {
    if (typeof value !== "symbol") found.push(value);
    return UNKNOWN;
  });
  return ({ args, ctx }) => {
    found = [];
    walk2(leaf.p.from === "args" ? args : ctx);
    const failed = { path, op, expected: leaf.v };
    if (isMany) return { ...failed, actual: found };
    return found.length > 0 ? { ...failed, actual: found[0] } : failed;
  };
}

// packages/policy/src/evaluate/rules.ts
var SCOPES = ["org", "board_group", "board", "agent_type", "agent"];
function loadRules(policies) {
  const sorted = policies.toSorted((a, b) => a.scope - b.scope || compareText(a.policy.name, b.policy.name));
  let bits = 0;
  let order = 0;
  return sorted.flatMap((ir) => {
    const findMatcher = createFindMatcher(ir);
    const policy = { name: ir.policy.name, openers: [] };
    return ir.rules.map((rule) => {
      const loaded = loadRule(rule, { ir, policy, findMatcher, bit: bits, order: order++ });
      if (rule.kind === "sequence") bits++;
      if (loaded.isAllowed) policy.openers.push(loaded);
      return loaded;
    });
  });
}
var compareText = (a, b) => a < b ? -1 : a > b ? 1 : 0;
function createFindMatcher({ dfas }) {
  const matchers = /* @__PURE__ */ new Map();
  return (pat) => {
    if ("x" in pat) return (text) => text === pat.x;
    const dfa = dfas[pat.d];
    const matcher = matchers.get(pat.d) ?? (dfa ? createMatcher(dfa) : () => void 0);
    matchers.set(pat.d, matcher);
    return matcher;
  };
}
function toIsNamed(pats, findMatcher, unknown = true) {
  if (!pats) return void 0;
  const names = new Set(pats.flatMap((pat) => "x" in pat ? [pat.x] : []));
  const matchers = pats.flatMap((pat) => "x" in pat ? [] : [findMatcher(pat)]);
  return (name) => names.has(name) || matchers.some((matches2) => matches2(name) ?? unknown);
}
function loadRule(rule, { ir, policy, findMatcher, bit, order }) {
  const where = "where" in rule ? rule.where : "when" in rule ? rule.when : void 0;
  return {
    rule,
    order,
    policy,
    ref: `${ir.policy.name}@${ir.policy.version}:${rule.id}`,
    scope: SCOPES[ir.scope - 1] ?? "org",
    untilMs: rule.until === void 0 ? Number.POSITIVE_INFINITY : Date.parse(rule.until),
    isAbout: rule.kind === "tools" ? toIsAbout(rule, findMatcher) : () => true,
    isAllowed: "allow" in rule ? toIsNamed(rule.allow, findMatcher, false) : void 0,
    isDenied: "deny" in rule ? toIsNamed(rule.deny, findMatcher) : void 0,
    condition: where && compileExpression(where, findMatcher),
    sequence: rule.kind === "sequence" ? loadSequence(rule, findMatcher, bit) : void 0,
    data: rule.kind === "data" ? {
      isRead: toIsNamed(rule.read, findMatcher, false),
      isWritten: toIsNamed(rule.write, findMatcher, false),
      isDenied: toIsNamed(rule.deny, findMatcher)
    } : void 0
  };
}
function toIsAbout({ match, allow }, findMatcher) {
  const named = toIsNamed([...match ?? [], ...allow ?? []], findMatcher);
  return (name) => named?.(name) ?? false;
}
function loadSequence({ form, a, b, where_a, where_b }, findMatcher, bit) {
  const [first, guarded] = form === "require" ? [a, b] : [b, a];
  const [firstWhere, guardedWhere] = form === "require" ? [where_a, where_b] : [where_b, where_a];
  return {
    bit,
    isFirst: toIsNamed([first], findMatcher) ?? (() => true),
    firstWhere: firstWhere && compileExpression(firstWhere, findMatcher),
    isGuarded: toIsNamed([guarded], findMatcher) ?? (() => true),
    guardedWhere: guardedWhere && compileExpression(guardedWhere, findMatcher)
  };
}

// packages/policy/src/evaluate/engine.ts
var MAX_NAMES = 1024;
var STRICTNESS = { allow: 0, warn: 1, require_approval: 2, block: 3 };
var PLACES = Object.fromEntries(STAGES.map((stage, i) => [stage, i]));
var ALLOW2 = Object.freeze({ verdict: "allow", stage: "allow", decided_by: null, matched: [] });
function createEngine({ policies, capability, agent = "This agent" }) {
  const rules = loadRules(policies);
  const judged = rules.flatMap((loaded) => {
    const judge = createJudge(loaded);
    return judge ? [{ loaded, judge }] : [];
  });
  const sequences = rules.filter(({ sequence }) => sequence);
  const names = sequences.map(({ ref }) => ref.replace(/@\d+:/, ":"));
  const listRules = createRuleIndex(judged);
  const listClosed = createClosedIndex(rules);
  const byRef = new Map(rules.map((loaded) => [loaded.ref, loaded]));
  const maxTokens = findCap(rules);
  const check = capability && createCapabilityCheck(capability, agent);
  const decideWith = (call, situation, isWhole) => {
    const matches2 = findEarly(call, situation, check);
    if (isWhole || !isBlocked(matches2)) {
      if (call.kind === "tool") addClosed(matches2, listClosed(call.name), situation);
      for (const { loaded, judge } of listRules(call)) addFinding(matches2, loaded, judge(call, situation), situation);
    }
    const decision = matches2.length === 0 ? ALLOW2 : toDecision(matches2, byRef);
    return call.kind === "model" ? withCap(decision, maxTokens, call) : decision;
  };
  return {
    decide: (call, situation) => decideWith(call, situation, false),
    explain: (call, situation) => decideWith(call, situation, true),
    createPast(before) {
      const seen = names.map((name) => before?.seen[before.rules.indexOf(name)] ?? 0);
      return { seen: Uint8Array.from(seen), rules: names };
    },
    record(past, call, hasFailed = false) {
      if (call.kind !== "tool") return;
      for (const { rule, sequence } of sequences) {
        const isUndone = hasFailed && rule.kind === "sequence" && rule.form === "require";
        if (isUndone || !sequence?.isFirst(call.name)) continue;
        const facts = { args: call.args, ctx: { tool: call.name, ...call.ctx } };
        const truth = sequence.firstWhere?.test(facts);
        if (truth !== FALSE) past.seen[sequence.bit] = 1;
      }
    }
  };
}
function createRuleIndex(judged) {
  const others = judged.filter(({ loaded }) => loaded.rule.kind !== "tools");
  const byName = /* @__PURE__ */ new Map();
  return ({ kind, name }) => {
    if (kind !== "tool") return others;
    const known = byName.get(name);
    if (known) return known;
    const found = judged.filter(({ loaded }) => isConcerned(loaded, name));
    if (byName.size >= MAX_NAMES) byName.clear();
    byName.set(name, found);
    return found;
  };
}
function isConcerned({ rule, isAbout, isDenied, sequence }, name) {
  if (rule.kind === "models") return false;
  if (sequence) return sequence.isGuarded(name);
  return rule.kind !== "tools" || isAbout(name) || isDenied?.(name) === true;
}
function createClosedIndex(rules) {
  const policies = [...new Set(rules.map(({ policy }) => policy))].flatMap(({ openers }) => {
    const tools = openers.filter(({ rule }) => rule.kind === "tools");
    const strict = tools.filter(({ rule }) => rule.mode === "enforce");
    return tools.length === 0 ? [] : [{ tools, strict }];
  });
  const byName = /* @__PURE__ */ new Map();
  return (name) => {
    const known = byName.get(name);
    if (known) return known;
    const found = policies.flatMap(({ tools, strict }) => {
      const isOpen = tools.some(({ isAllowed }) => isAllowed?.(name) === true);
      const closing = strict.length > 0 ? strict : tools;
      return isOpen ? [] : closing.slice(0, 1);
    });
    if (byName.size >= MAX_NAMES) byName.clear();
    byName.set(name, found);
    return found;
  };
}
function findEarly(call, { control }, check) {
  if (control) return [toMatch(control === "killed" ? "control.killed" : "control.paused", "control", "enforce")];
  if (!check || call.kind !== "tool" && call.kind !== "model") return [];
  const decision = check({ kind: call.kind, name: call.name });
  if (decision.verdict === "allow") return [];
  const match = toMatch(decision.code, "capability", decision.verdict === "block" ? "enforce" : "monitor");
  return [{ ...match, message: decision.explanation }];
}
var toMatch = (code, stage, mode) => ({
  ...{ rule: stage, line: 0, col: 0, scope: "agent", mode, verdict: "block", stage, code, failed: [] }
});
var isBlocked = (matches2) => matches2.some(({ mode, verdict }) => mode === "enforce" && verdict === "block");
function addClosed(matches2, closed, situation) {
  for (const loaded of closed)
    addFinding(matches2, loaded, { stage: "deny", verdict: "block", code: "tools.allow", failed: [] }, situation);
}
function addFinding(matches2, loaded, finding, situation) {
  const { rule, ref, scope, untilMs } = loaded;
  if (!finding || untilMs <= situation.at || situation.exceptions?.has(ref)) return;
  if (finding.verdict === "require_approval" && situation.grants?.has(ref)) return;
  const { id: _, line, col, mode, message } = rule;
  matches2.push({ rule: ref, line, col, scope, mode, ...finding, ...message === void 0 ? {} : { message } });
}
function toDecision(matches2, rules) {
  const orderOf = ({ rule: rule2 }) => rules.get(rule2)?.order ?? -1;
  const ordered = matches2.toSorted((a, b) => PLACES[a.stage] - PLACES[b.stage] || orderOf(a) - orderOf(b));
  const counted = ordered.filter(({ mode }) => mode === "enforce");
  const first = counted.find(({ verdict: verdict2 }) => verdict2 === "block") ?? findStrictest(counted);
  if (!first || first.verdict === "allow") return { ...ALLOW2, matched: ordered };
  const { verdict, stage, rule } = first;
  const decision = { verdict, stage, decided_by: rule, matched: ordered };
  if (verdict === "block") return decision;
  const approval = verdict === "require_approval" && mergeApprovals(counted, rules);
  return approval ? { ...decision, approval } : decision;
}
var findStrictest = (matches2) => matches2.reduce(
  (best, match) => best && STRICTNESS[best.verdict] >= STRICTNESS[match.verdict] ? best : match,
  void 0
);
var findCap = (rules) => Math.min(
  ...rules.flatMap(
    ({ rule }) => rule.kind === "models" && rule.mode === "enforce" ? rule.max_output_tokens ?? [] : []
  )
);
function withCap(decision, cap, { maxTokens = Number.POSITIVE_INFINITY }) {
  return decision.verdict !== "block" && cap < maxTokens ? { ...decision, transform: { max_tokens: cap } } : decision;
}

// packages/policy/src/evaluate/explanation.ts
var MAX_VALUE = 120;
var MAX_TEXT = 2e3;
var RELATIONS = {
  ...{ eq: "must be", ne: "must not be", in: "must be one of", not_in: "must not be one of" },
  ...{ lt: "must be less than", lte: "must be at most", gt: "must be more than", gte: "must be at least" },
  ...{ max_len: "must have a length of at most", starts_with: "must start with", type: "must be of type" },
  ...{ within_path: "must be within", cidr_in: "must be an address in", exists: "must be present:" }
};
var REASONS = {
  "tools.deny": "is denied",
  "tools.allow": "is not among the tools that are allowed",
  "models.deny": "is denied",
  "models.allow": "is not among the models that are allowed",
  "sequence.require": "needs another call first",
  "sequence.forbid": "is not allowed after what the run did before",
  "escalate.when": "is to be decided by people",
  "ir.unsupported": "falls under a rule that this version cannot read",
  "control.killed": "is stopped: the kill switch is on",
  "control.paused": "is stopped: the agent is paused"
};
var STARTS = {
  ...{ allow: "Allowed", warn: "Warned" },
  ...{ require_approval: "Needs approval", block: "Blocked" }
};
function toExplanation({ verdict, decided_by, matched }, { name, args }) {
  const decisive = matched.find(({ rule }) => rule === decided_by) ?? matched[0];
  if (!decisive) return `${STARTS[verdict]}: no rule has anything against ${name}.`;
  const start = decisive.mode === "monitor" ? `Would be: ${STARTS[decisive.verdict].toLowerCase()}` : STARTS[verdict];
  const place = decisive.line > 0 ? ` (${decisive.rule.replace(/^.*:/, "")}, line ${decisive.line})` : "";
  const text = decisive.message === void 0 ? `${toReason(decisive, name)}${place}.` : fill(decisive.message, args);
  return `${start}: ${text}`.slice(0, MAX_TEXT);
}
function toReason({ code, failed }, name) {
  if (failed.length > 0) return failed.map(toSentence).join("; ");
  return `${name} ${REASONS[code] ?? `was caught by ${code}`}`;
}
function toSentence({ path, op, expected, actual }) {
  const relation = op.startsWith("not ") ? `must not hold "${op.slice(4)}"` : RELATIONS[op] ?? `must hold "${op}"`;
  const is = actual === void 0 ? "is missing" : `is ${toText(actual)}`;
  return `${path} ${is}, ${relation} ${toText(expected)}`;
}
var toText = (value) => {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}\u2026` : text;
};
var fill = (message, args) => message.replace(/\{\{\s*([^}]+?)\s*\}\}/g, (_, path) => {
  const found = path.split(".").reduce((value, key) => findMember(value, key), args);
  return found === void 0 ? "" : toText(found);
});
function findMember(value, key) {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return void 0;
  return value[key];
}

// packages/policy/src/evaluate/openers.ts
function findOpener(policies, { name, args, ctx }, { at, exceptions }) {
  const opener = loadRules(policies).find(
    ({ rule, ref, untilMs, isAllowed, condition }) => rule.mode === "enforce" && untilMs > at && !exceptions.has(ref) && isAllowed?.(name) === true && rule.kind === "tools" && condition?.test({ args, ctx }) === TRUE
  );
  return opener?.ref;
}
export {
  HIDDEN,
  RULE_KINDS,
  createEngine,
  findOpener,
  joinApprovals,
  toExplanation
};
