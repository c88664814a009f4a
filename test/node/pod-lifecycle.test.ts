import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { type ContainerView, nextPodStep, type PodView, type SandboxState } from "../../src/node/pod-lifecycle.js";

const at = (state: ContainerView["state"], imagePresent = true, startableAt = 0): ContainerView => ({
  state,
  imagePresent,
  startableAt,
});
const view = (terminating: boolean, sandbox: SandboxState, ...containers: ContainerView[]): PodView => ({
  terminating,
  sandbox,
  containers,
});
const FOREVER = Number.POSITIVE_INFINITY;

describe("nextPodStep", () => {
  it.each([
    [view(false, "absent", at("waiting")), { kind: "create-sandbox" }],
    [view(false, "creating", at("waiting")), { kind: "wait" }],
    [view(false, "ready", at("waiting", false)), { kind: "pull-image", container: 0 }],
    [view(false, "ready", at("waiting")), { kind: "start-container", container: 0 }],
    [view(false, "ready", at("running"), at("waiting", false)), { kind: "pull-image", container: 1 }],
    [view(false, "ready", at("exited"), at("waiting")), { kind: "start-container", container: 0 }],
    [view(false, "ready", at("exited", true, SECOND), at("waiting")), { kind: "start-container", container: 1 }],
    [view(false, "ready", at("exited", true, SECOND), at("running")), { kind: "rest", until: SECOND }],
    [view(false, "ready", at("running"), at("running")), { kind: "rest", until: FOREVER }],
    [view(true, "ready", at("exited"), at("running")), { kind: "wait" }],
    [view(true, "ready", at("exited"), at("waiting")), { kind: "remove-sandbox" }],
    [view(true, "creating", at("waiting")), { kind: "remove-sandbox" }],
    [view(true, "removing", at("exited")), { kind: "wait" }],
    [view(true, "removed", at("exited")), { kind: "report-end" }],
    [view(true, "absent", at("waiting")), { kind: "report-end" }],
  ])("%j", (state, step) => {
    const before = JSON.stringify(state);
    expect(nextPodStep(state, 0)).toEqual(step);
    expect(JSON.stringify(state)).toBe(before);
  });
});
