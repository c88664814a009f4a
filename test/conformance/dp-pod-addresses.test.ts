import { describe, expect, it } from "vitest";
import { NodeCidrAllocator } from "../../src/control-plane/node-cidr-allocator.js";
import { constant } from "../../src/engine/distribution.js";
import { SECOND } from "../../src/engine/duration.js";
import { formatAddress, parseRange } from "../../src/model/address.js";
import { FactKind } from "../../src/model/trace.js";
import { HostLocal } from "../../src/node/cni/host-local.js";
import { neighbourLifetime } from "../../src/node/pod-sandbox.js";
import { container, Harness, newPod } from "../node/harness.js";

const text = (result: number | string): string => (typeof result === "string" ? result : formatAddress(result));

describe("pod addresses", () => {
  it("DP-33 a /24 gives 253 addresses from .2 to .254, then the exhaustion error", () => {
    const ipam = new HostLocal(parseRange("10.244.1.0/24")!);
    const given = Array.from({ length: 253 }, (_, index) => text(ipam.allocate(`pod-${index}`)));
    expect([given[0], given[252]]).toEqual(["10.244.1.2", "10.244.1.254"]);
    expect(new Set(given).size).toBe(253);
    expect(ipam.allocate("one-more")).toBe(
      "failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254",
    );
    ipam.release("pod-100");
    expect(text(ipam.allocate("one-more"))).toBe("10.244.1.102");
  });

  it("DP-33 a released address comes back only after the cursor has gone round", () => {
    const ipam = new HostLocal(parseRange("10.244.1.0/24")!);
    for (let index = 2; index <= 50; index++) ipam.allocate(`pod-${index}`);
    ipam.release("pod-2");
    expect(text(ipam.allocate("next"))).toBe("10.244.1.51");
    for (let index = 52; index <= 254; index++) ipam.allocate(`pod-${index}`);
    expect(text(ipam.allocate("wrapped"))).toBe("10.244.1.2");
  });

  it("DP-33 a release may be repeated, an allocation may not", () => {
    const ipam = new HostLocal(parseRange("10.244.1.0/24")!);
    ipam.allocate("a");
    expect(ipam.allocate("a")).toBe("10.244.1.2 has been allocated to a, duplicate allocation is not allowed");
    ipam.release("a");
    ipam.release("a");
    expect(ipam.allocated).toBe(0);
    expect(text(ipam.allocate("a"))).toBe("10.244.1.3");
  });

  it("DP-35 node ranges are /24s in sequence; a freed one comes back after the wrap; then the error", () => {
    const allocator = new NodeCidrAllocator(parseRange("10.244.0.0/22")!);
    const next = () => {
      const range = allocator.allocateNext();
      return typeof range === "string" ? range : range.text;
    };
    expect([next(), next()]).toEqual(["10.244.0.0/24", "10.244.1.0/24"]);
    allocator.release(parseRange("10.244.0.0/24")!);
    expect([next(), next(), next()]).toEqual(["10.244.2.0/24", "10.244.3.0/24", "10.244.0.0/24"]);
    expect(next()).toBe("CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range");
    const large = new NodeCidrAllocator(parseRange("10.0.0.0/16")!);
    for (let node = 0; node < 256; node++) expect(typeof large.allocateNext()).toBe("object");
    expect(typeof large.allocateNext()).toBe("string");
  });

  it("DP-36 without a free address the sandbox is tried again every 10 to 15 s, and the pod stays Pending", () => {
    for (const seed of ["1", "2", "3", "4", "5"]) {
      const harness = new Harness({ range: "10.244.0.0/30", seed });
      harness.at(0, () => harness.create(newPod([container()], 30, "first")));
      harness.at(SECOND, () => harness.create(newPod()));
      harness.run(30 * SECOND);
      expect(harness.pod()!.status).toMatchObject({ phase: "Pending", podIP: null });
      expect(harness.pod()!.status.reason).toContain("no IP addresses available");
      expect(harness.times(FactKind.addressExhausted)).toEqual([SECOND]);
      expect(harness.simulation.pendingControl).toBe(0);
      harness.at(31 * SECOND, () => harness.delete("default/first"));
      harness.run();
      const [assigned] = harness.times(FactKind.addressAssigned);
      // the attempts lie 10 to 15 s apart: one of them falls into the 15 s after the release
      expect(assigned).toBeGreaterThanOrEqual(31 * SECOND);
      expect(assigned).toBeLessThanOrEqual(46 * SECOND);
      expect(harness.pod()!.status).toMatchObject({ phase: "Running", reason: "" });
    }
    const soon = new Harness({ range: "10.244.0.0/30" });
    soon.at(0, () => soon.create(newPod([container()], 30, "first")));
    soon.at(SECOND, () => soon.create(newPod()));
    soon.at(2 * SECOND, () => soon.delete("default/first"));
    soon.run();
    expect(soon.times(FactKind.addressAssigned)[0]).toBeGreaterThanOrEqual(11 * SECOND);
    expect(soon.times(FactKind.addressAssigned)[0]).toBeLessThanOrEqual(16 * SECOND);
  });

  it("DP-33 the node's neighbour entry outlives the sandbox by 15 to 45 s and 8 s more", () => {
    expect([neighbourLifetime(0), neighbourLifetime(1)]).toEqual([23 * SECOND, 53 * SECOND]);
    const harness = new Harness({ sandboxRemoval: constant(SECOND) });
    harness.at(0, () => harness.create(newPod()));
    harness.run();
    const host = harness.network.holder(harness.pod()!.status.podIP!)!;
    harness.at(50 * SECOND, () => harness.delete("default/web"));
    harness.run();
    expect(host.removedAt).toBe(51 * SECOND);
    expect(host.neighbourFailsAt).toBeGreaterThan(74 * SECOND);
    expect(host.neighbourFailsAt).toBeLessThan(104 * SECOND);
    expect(harness.network.holder(host.address)).toBeNull();
  });
});
