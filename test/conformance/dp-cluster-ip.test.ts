import { describe, expect, test } from "vitest";
import { createAdmission, withDefaultTolerations } from "../../src/control-plane/admission.js";
import { rangeOffset, ServiceAllocator } from "../../src/control-plane/service-allocator.js";
import { Random } from "../../src/engine/random.js";
import { type Address, formatAddress, parseAddress, parseRange } from "../../src/model/address.js";
import type { Service } from "../../src/model/objects.js";
import { node, pod, service } from "../control-plane/objects.js";

function allocatorOf(range: string, seed = "1"): ServiceAllocator {
  const parsed = parseRange(range);
  if (parsed === null) throw new Error(`no range ${range}`);
  return new ServiceAllocator(parsed, new Random(seed));
}

function wanting(name: string, clusterIP: Address | "None" | null = null): Service {
  const web = service(name);
  return { ...web, spec: { ...web.spec, clusterIP } };
}

/** The address that is given, or the reason why none is. */
function admitted(allocator: ServiceAllocator, wish: Service): string {
  const answer = allocator.admit(wish);
  if ("refused" in answer) return answer.refused;
  const { clusterIP } = answer.spec;
  return typeof clusterIP === "number" ? formatAddress(clusterIP) : String(clusterIP);
}

describe("DP-31", () => {
  test.each([
    [65536, 256],
    [1048576, 256],
    [1024, 64],
    [64, 16],
    [256, 16],
    [32, 16],
    [16, 0],
    [8, 0],
  ])("DP-31 a range of %i addresses keeps %i for static ones", (size, offset) => {
    expect(rangeOffset(size)).toBe(offset);
  });

  test("DP-31 10.96.0.0/12 gives dynamic addresses from 10.96.1.1 on", () => {
    const allocator = allocatorOf("10.96.0.0/12");
    const lowest = parseAddress("10.96.1.1") ?? 0;
    for (let i = 0; i < 500; i++) {
      expect(parseAddress(admitted(allocator, wanting(`s${i}`)))).toBeGreaterThanOrEqual(lowest);
    }
  });

  test("DP-31 the lower band is used only when the upper one is full; then the range is full", () => {
    // 10.0.0.1 to 10.0.0.62: 16 static ones up to .16, 46 dynamic ones
    const allocator = allocatorOf("10.0.0.0/26");
    const given = Array.from({ length: 62 }, (_, i) => admitted(allocator, wanting(`s${i}`)));
    const last = given.map((address) => Number(address.split(".")[3]));
    expect(Math.min(...last.slice(0, 46))).toBe(17);
    expect(Math.max(...last.slice(0, 46))).toBe(62);
    expect(new Set(last.slice(46))).toEqual(new Set(Array.from({ length: 16 }, (_, i) => i + 1)));
    expect(admitted(allocator, wanting("more"))).toBe("failed to allocate a serviceIP: range is full");
  });

  test("DP-31 a /28 has no lower band, and neither network nor broadcast address is given", () => {
    const allocator = allocatorOf("10.0.0.0/28");
    const last = Array.from({ length: 14 }, (_, i) => Number(admitted(allocator, wanting(`s${i}`)).split(".")[3]));
    expect(last.sort((x, y) => x - y)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
  });
});

describe("a service allocator", () => {
  test("gives static addresses once, within the range", () => {
    const allocator = allocatorOf("10.96.0.0/16");
    const dns = parseAddress("10.96.0.10");
    expect(admitted(allocator, wanting("dns", dns))).toBe("10.96.0.10");
    expect(admitted(allocator, wanting("other", dns))).toBe(
      "failed to allocate IP 10.96.0.10: provided IP is already allocated",
    );
    expect(admitted(allocator, wanting("far", parseAddress("10.97.0.1")))).toContain("not in the valid range");
    expect(admitted(allocator, wanting("network", parseAddress("10.96.0.0")))).toContain("not in the valid range");
  });

  test("takes addresses back at once, from their holder only, and leaves headless Services alone", () => {
    const allocator = allocatorOf("10.96.0.0/16");
    const dns = wanting("dns", parseAddress("10.96.0.10"));
    allocator.admit(dns);
    allocator.release(wanting("other", parseAddress("10.96.0.10")));
    expect(admitted(allocator, wanting("next", parseAddress("10.96.0.10")))).toContain("already allocated");
    allocator.release(dns);
    expect(admitted(allocator, wanting("next", parseAddress("10.96.0.10")))).toBe("10.96.0.10");
    expect(admitted(allocator, wanting("headless", "None"))).toBe("None");
  });

  test("draws by the Service's name: others in the cluster shift nothing, a Service that comes again draws anew", () => {
    const alone = admitted(allocatorOf("10.96.0.0/12"), wanting("web"));
    const crowded = allocatorOf("10.96.0.0/12");
    admitted(crowded, wanting("other"));
    expect(admitted(crowded, wanting("web"))).toBe(alone);
    crowded.release(wanting("web", parseAddress(alone)));
    expect(admitted(crowded, wanting("web"))).not.toBe(alone);
    expect(admitted(allocatorOf("10.96.0.0/12", "2"), wanting("web"))).not.toBe(alone);
  });
});

describe("admission", () => {
  test("adds tolerations of 300 s for the two node taints unless the pod speaks of them", () => {
    const added = withDefaultTolerations(pod("p")).spec.tolerations;
    expect(
      added.map(({ key, effect, operator, tolerationSeconds }) => [key, effect, operator, tolerationSeconds]),
    ).toEqual([
      ["node.kubernetes.io/not-ready", "NoExecute", "Exists", 300],
      ["node.kubernetes.io/unreachable", "NoExecute", "Exists", 300],
    ]);
    const own = { ...added[0]!, tolerationSeconds: 10 };
    const with0wn = { ...pod("p"), spec: { ...pod("p").spec, tolerations: [own] } };
    expect(withDefaultTolerations(with0wn).spec.tolerations).toEqual([own, added[1]]);
    const all = { ...own, key: "", effect: "" as const, tolerationSeconds: null };
    const tolerant = { ...pod("p"), spec: { ...pod("p").spec, tolerations: [all] } };
    expect(withDefaultTolerations(tolerant)).toBe(tolerant);
    const noSchedule = {
      ...tolerant,
      spec: { ...tolerant.spec, tolerations: [{ ...own, effect: "NoSchedule" as const }] },
    };
    expect(withDefaultTolerations(noSchedule).spec.tolerations).toHaveLength(3);
  });

  test("is made of both, and leaves other kinds alone", () => {
    const admission = createAdmission([allocatorOf("10.96.0.0/16")]);
    const given = admission(wanting("web"));
    expect("refused" in given || given.kind !== "Service" ? null : typeof given.spec.clusterIP).toBe("number");
    const plain = node("n1");
    expect(admission(plain)).toBe(plain);
  });
});
