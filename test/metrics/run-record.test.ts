import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { keyOf, objectsOf, type Service } from "../../src/model/objects.js";
import type { RunRecord } from "../../src/model/result.js";
import { FactKind } from "../../src/model/trace.js";
import { buildEndpoint, buildSlice } from "../support/objects.js";
import { MeasuredRun, scenarioTo } from "./measured-run.js";

/** A run with a traffic entry to each of these Services ("web", "web.other"). */
function runTo(targets: readonly string[], set: readonly string[] = []): MeasuredRun {
  const scenario = scenarioTo(targets, set);
  const services = targets.map((target) => {
    const [name, namespace = "default"] = target.split(".");
    const found = objectsOf(scenario.objects, "Service").find((each) => keyOf(each) === `${namespace}/${name}`);
    return found as Service;
  });
  return new MeasuredRun(scenario, services);
}

describe("the slices of a Service", () => {
  const changed = (run: MeasuredRun, service: string, slice: string, namespace: string, parent: number): void =>
    run.commit(
      buildSlice(service, slice, [buildEndpoint({ address: 1, pod: "a" })], { namespace }),
      FactKind.endpointsChanged,
      parent,
    );
  const slices = ({ failover }: RunRecord): string[] =>
    failover.map(({ event, target, slice }) => `${event} ${target} ${slice / SECOND}`);

  test("are those that name it, whatever their own names begin with", () => {
    const run = runTo(["web", "web-admin", "web.other"]);
    run.at(10 * SECOND, () => {
      const event = run.fire("one", "rollout");
      run.at(11 * SECOND, () => changed(run, "web-admin", "web-admin-1", "default", event));
      run.at(12 * SECOND, () => changed(run, "web", "web-1", "other", event));
      run.at(13 * SECOND, () => changed(run, "web", "not-named-after-it", "default", event));
    });
    run.at(20 * SECOND, () => {
      const event = run.fire("two", "rollout");
      run.at(24 * SECOND, () => changed(run, "web-admin", "web-admin-1", "default", event));
    });
    expect(slices(run.record())).toEqual([
      "one web 3",
      "one web-admin 1",
      "one web.other 2",
      "two web NaN",
      "two web-admin 4",
      "two web.other NaN",
    ]);
  });
});
