import { describe, expect, test } from "vitest";
import { linearReplicas } from "../../src/control-plane/dns-autoscaler.js";
import type { DnsAutoscalerSettings } from "../../src/model/settings.js";

const DEFAULTS: DnsAutoscalerSettings = {
  coresPerReplica: 256,
  nodesPerReplica: 16,
  preventSinglePointFailure: true,
  min: 1,
  max: null,
};

describe("linear replicas", () => {
  test.each<[number, number, Partial<DnsAutoscalerSettings>, number]>([
    [1, 4, {}, 1],
    [2, 8, {}, 2],
    [32, 128, {}, 2],
    [33, 128, {}, 3],
    [16, 513, {}, 3],
    [1, 512, {}, 2],
    [2, 8, { preventSinglePointFailure: false }, 1],
    [0, 0, {}, 1],
    [0, 0, { min: 3 }, 3],
    [160, 1, { max: 4 }, 4],
    [1, 2560, { max: 4 }, 4],
    [2, 1, { max: 1 }, 2],
    [100, 1, { nodesPerReplica: 1 }, 100],
  ])("%d nodes with %d cores, %j: %d", (nodes, cores, change, replicas) => {
    expect(linearReplicas({ ...DEFAULTS, ...change }, { nodes, cores })).toBe(replicas);
  });
});
