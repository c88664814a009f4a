import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRange } from "../../src/model/address.js";
import { HostLocal } from "../../src/node/cni/host-local.js";

describe("HostLocal", () => {
  it("never gives one address to two holders, nor gateway, network or broadcast address", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(19)), { maxLength: 200 }), (steps) => {
        const range = parseRange("10.0.0.0/28")!;
        const ipam = new HostLocal(range);
        const held = new Map<number, number>();
        for (const [allocates, id] of steps) {
          if (!allocates) {
            ipam.release(`${id}`);
            held.delete(id);
            continue;
          }
          const result = ipam.allocate(`${id}`);
          if (typeof result === "string") {
            expect(held.has(id) || held.size === 13).toBe(true);
            continue;
          }
          expect([...held.values()]).not.toContain(result);
          expect(result).toBeGreaterThanOrEqual(range.first + 2);
          expect(result).toBeLessThanOrEqual(range.first + 14);
          held.set(id, result);
        }
        expect(ipam.allocated).toBe(held.size);
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
