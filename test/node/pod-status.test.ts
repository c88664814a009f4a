import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { type ContainerStatus, NEW_POD_STATUS } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import { nextRelist } from "../../src/node/pod-relist.js";
import { describeStatusChange, nextPodStatus, sameStatus } from "../../src/node/pod-status.js";

const container = (state: ContainerStatus["state"], ready: boolean): ContainerStatus => ({
  name: "main",
  ready,
  started: state === "running",
  restartCount: 0,
  state,
});
const seen = (...containers: ContainerStatus[]) => ({
  address: 0x0af40102,
  containers,
  end: null,
  reason: "",
  sandboxReady: true,
  generation: 1,
});

describe("nextPodStatus", () => {
  const running = nextPodStatus(NEW_POD_STATUS, seen(container("running", true)), 5_700_000);

  it("is Running once every container was started, and Ready once all are", () => {
    expect(nextPodStatus(NEW_POD_STATUS, seen(container("waiting", false)), 0).phase).toBe("Pending");
    expect(running).toMatchObject({ phase: "Running", ready: { status: true, lastTransitionTime: 5 * SECOND } });
    const mixed = seen(container("running", true), container("running", false));
    expect(nextPodStatus(NEW_POD_STATUS, mixed, 0)).toMatchObject({ phase: "Running", ready: { status: false } });
  });

  it("stays Running over a crash, keeps its address, and moves the transition time only with the condition", () => {
    const crashed = nextPodStatus(running, { ...seen(container("terminated", false)), address: null }, 9_100_000);
    expect(crashed).toMatchObject({ phase: "Running", podIP: 0x0af40102 });
    expect(crashed.ready).toEqual({ status: false, lastTransitionTime: 9 * SECOND });
    expect(nextPodStatus(crashed, seen(container("terminated", false)), 20 * SECOND).ready).toBe(crashed.ready);
  });

  it("a pod that ended is not Ready", () => {
    const ended = nextPodStatus(running, { ...seen(container("terminated", false)), end: "Succeeded" }, SECOND);
    expect(ended).toMatchObject({ phase: "Succeeded", ready: { status: false } });
  });

  it("is told by what changed", () => {
    const notReady = nextPodStatus(running, seen(container("terminated", false)), 0);
    const pending = nextPodStatus(NEW_POD_STATUS, seen(container("running", false)), 0);
    expect(describeStatusChange(NEW_POD_STATUS, running).kind).toBe(FactKind.podReady);
    expect(describeStatusChange(running, notReady)).toEqual({ kind: FactKind.podNotReady, detail: "(main)" });
    expect(describeStatusChange(NEW_POD_STATUS, pending)).toEqual({
      kind: FactKind.objectUpdated,
      detail: "phase Running, IP 10.244.1.2",
    });
    expect(sameStatus(running, { ...running })).toBe(true);
    expect(sameStatus(running, notReady)).toBe(false);
  });
});

describe("nextRelist", () => {
  it.each([
    [0, 300_000, 300_000],
    [300_000, 300_000, 1_300_000],
    [299_999, 300_000, 300_000],
    [-1_000_000, 0, 0],
  ])("after %d µs on the grid through %d µs", (time, phase, next) => {
    expect(nextRelist(time, phase)).toBe(next);
  });
});
