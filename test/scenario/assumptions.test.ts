import { describe, expect, it } from "vitest";
import { ASSUMED, ASSUMPTIONS, FIXED } from "../../src/scenario/assumptions.js";
import { deployment, load, objects } from "./resolve-fixtures.js";

const lognormal = (median: string, p99: string) => ({ lognormal: { median, p99 } });

describe("the table of assumptions", () => {
  it("has these defaults", () => {
    expect(Object.fromEntries(ASSUMED.map(({ path, value }) => [path, value]))).toEqual({
      "cluster.latency.apiWrite": lognormal("5ms", "50ms"),
      "cluster.latency.watchDelivery": lognormal("15ms", "200ms"),
      "cluster.latency.sameNode": "20us",
      "cluster.latency.sameZone": "50us",
      "cluster.latency.crossZone": "500us",
      "cluster.latency.volumeMount": "300ms",
      "cluster.latency.sandboxCreation": lognormal("500ms", "2s"),
      "cluster.latency.sandboxRemoval": lognormal("100ms", "500ms"),
      "cluster.latency.imagePull": lognormal("5s", "20s"),
      "cluster.backgroundChurn.endpointChangesPerSecond": 1,
      "cluster.backgroundChurn.services": 100,
      "cluster.backgroundChurn.endpoints": 1000,
      "cluster.components.kubeProxy.minSyncPeriod": "1s",
      "cluster.components.kubeProxy.syncPeriod": "30s",
      "cluster.components.coredns.replicas": 2,
      "cluster.components.coredns.ttl": 30,
      "cluster.components.coredns.cache": 30,
      "cluster.components.coredns.lameduck": "5s",
      "workloads[].listenAfter": lognormal("3s", "10s"),
      "workloads[].readyAfter": "0s",
      "workloads[].serviceTime": lognormal("20ms", "200ms"),
      "workloads[].onSigterm": "finish",
      "cluster.upstreamDNS.latency": "5ms",
      "traffic[].client.connectTimeout": "1s",
      "traffic[].client.requestTimeout": "5s",
      "traffic[].client.synLinearTimeouts": 4,
      "traffic[].client.dns.raceLoss": 0,
    });
  });

  it("says of each row what, whence and why", () => {
    for (const row of ASSUMPTIONS) {
      expect(row.what).not.toBe("");
      expect(row.why).toMatch(/\.$/);
      expect(row.unit === "").toBe(typeof row.value !== "number");
    }
  });
});

describe("what a run assumes", () => {
  const traffic = [{ to: "web", rps: 1 }];

  it("is the whole table when nothing was set, as the schema fills it in", () => {
    const rows = load({ traffic }).scenario?.assumptions ?? [];
    expect(rows).toHaveLength(ASSUMED.length + FIXED.length);
    expect(rows.filter((row) => !row.isDefault)).toEqual([]);
  });

  it("names what was set", () => {
    const cluster = {
      latency: { watchDelivery: { lognormal: { median: "10ms", p99: "1s" } } },
      backgroundChurn: { services: 0 },
    };
    const rows = load({ traffic: [...traffic, { to: "web", rps: 1, client: { connectTimeout: "3s" } }], cluster })
      .scenario?.assumptions;
    expect(rows?.filter((row) => !row.isDefault).map(({ path, value }) => [path, value])).toEqual([
      ["cluster.latency.watchDelivery", "lognormal, median 10ms, p99 1s"],
      ["cluster.backgroundChurn.services", "0 Services"],
    ]);
    expect(rows?.find((row) => row.path === "traffic[].client.connectTimeout")).toMatchObject({
      value: "1s or 3s",
      isDefault: true,
    });
  });

  it("leaves the default workload out when every Deployment has an entry", () => {
    const workloads = [{ selector: { kind: "Deployment", name: "web" }, onSigterm: "exit" }];
    const of = (given = objects()) =>
      load({ workloads }, given).scenario?.assumptions.find((row) => row.path === "workloads[].onSigterm");
    expect(of()).toMatchObject({ value: "exit", isDefault: false });
    expect(of(objects({ deployments: [deployment("web"), deployment("b")] }))).toMatchObject({
      value: "finish or exit",
      isDefault: true,
    });
  });

  it("gives the path that --set takes, with the entry that can be changed", () => {
    const own = { selector: { kind: "Deployment", name: "web" } };
    const settable = (workloads: readonly object[], given = objects()) =>
      load({ workloads }, given).scenario?.assumptions.find((row) => row.path === "workloads[].onSigterm")?.set;
    const two = (): ReturnType<typeof objects> => objects({ deployments: [deployment("web"), deployment("b")] });
    expect(settable([])).toBe("workloads[0].onSigterm");
    expect(settable([own], two())).toBe("workloads[1].onSigterm");
    expect(settable([own, { onSigterm: "exit" }], two())).toBe("workloads[1].onSigterm");
    expect(settable([own])).toBe("workloads[0].onSigterm");
    expect(settable([{ onSigterm: "exit" }, own])).toBe("workloads[1].onSigterm");
    const client = load({ workloads: [] }).scenario?.assumptions.find(({ path }) => path.startsWith("traffic[]"));
    expect(client?.set).toBe("traffic[0].client.connectTimeout");
  });
});
