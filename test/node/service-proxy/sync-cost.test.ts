import { expect, test } from "vitest";
import { proxyModeNamed } from "../../../src/node/service-proxy/kube-proxy/modes/modes.js";

// 10 Service ports, 100 endpoints; one Service with five endpoints has changed; microseconds
const LOAD = { full: false, saveDue: false, services: 10, endpoints: 100, changedServices: 1, changedEndpoints: 5 };

test.each([
  // 40,000 + 7 × 100 endpoints + 18 × (10 jumps + 17 changed rules) + 2 × 320 rules
  { mode: "iptables", what: "a partial sync", load: {}, cost: 41_826 },
  // and 6.5 × 320 rules
  { mode: "iptables", what: "a partial sync that lists the rules", load: { saveDue: true }, cost: 43_906 },
  // 100,000 + 30 × 320 rules
  { mode: "iptables", what: "a full sync", load: { full: true, saveDue: true }, cost: 109_600 },
  // 30,000 + 20 × 6 elements
  { mode: "nftables", what: "a partial sync", load: {}, cost: 30_120 },
  // 30,000 + 20 × 110 elements
  { mode: "nftables", what: "a full sync", load: { full: true }, cost: 32_200 },
])("$mode: $what costs $cost µs", ({ mode, load, cost }) => {
  expect(proxyModeNamed(mode).cost({ ...LOAD, ...load })).toBe(cost);
});
