import { expect, test } from "vitest";
import { objectsOf } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import { buildPod, buildService } from "../support/objects.js";
import { MeasuredRun, scenarioTo } from "./measured-run.js";

const SECOND = 1_000_000;

test("a pod is looked at once an interval, whoever targets its Service and however many Services select it", () => {
  const scenario = scenarioTo(["web", "web.default"], ["sampling.timelineInterval=1s"]);
  const [web] = objectsOf(scenario.objects, "Service");
  const run = new MeasuredRun(scenario, [web!, web!]);
  const { measurements } = run;
  expect(measurements.targets[0]).toBe(measurements.targets[1]);
  measurements.watches.of(buildService("also-web", { selector: { app: "web" } }));
  run.at(SECOND / 2, () => {
    for (const name of ["b", "a"]) run.commit(buildPod(name, { labels: { app: "web" } }), FactKind.objectCreated);
  });
  run.loads.set("default/a", [{ accepted: 7, reused: 2, inFlight: 3 }]);
  measurements.start(run);
  run.at(2.5 * SECOND, () => measurements.stop());
  const { pods } = run.record();
  expect(pods.map(({ t, pod, requests, connections, inFlight }) => [t, pod, requests, connections, inFlight])).toEqual([
    [0, "default/a", 7, 5, 3],
    [0, "default/b", 0, 0, 0],
    [SECOND, "default/a", 0, 0, 3],
    [SECOND, "default/b", 0, 0, 0],
    [2 * SECOND, "default/a", 0, 0, 3],
    [2 * SECOND, "default/b", 0, 0, 0],
  ]);
});
