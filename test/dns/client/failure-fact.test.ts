/** Lookups that fail know because of what: the chain leads back to the churn. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { open, run } from "../../support/open.js";

const SHIPPED = new URL("../../../scenarios/coredns-restart.yaml", import.meta.url);

describe("a lookup that CoreDNS did not answer", () => {
  it("has the stop of the replica as its cause, and the restart as its root", () => {
    const record = run(open(readFileSync(SHIPPED, "utf8")));
    const failed = record.requests.filter(({ outcome }) => outcome !== "ok");
    expect(failed.length).toBeGreaterThan(10);
    for (const { causeFact } of failed) {
      const kinds: string[] = [];
      let root = -1;
      for (let fact = causeFact; fact >= 0; fact = record.events[fact]!.cause) {
        kinds.push(record.events[fact]!.kind);
        root = fact;
      }
      expect(kinds[0]).toBe("process-stops-accepting");
      expect(record.events[root]!.object).toBe("restart-component-coredns");
    }
    const total = record.failover.reduce((sum, row) => sum + row.failedRequests, 0);
    expect(total).toBe(failed.length);
  });
});
